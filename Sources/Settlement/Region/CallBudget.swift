/// What may be asked of one API of a region now: its token buckets, and a pause while the region is in trouble.
struct CallBudget {
    enum Grant: Equatable {
        /// One call with so many items, which are taken from the buckets.
        case now(Int)
        case notBefore(Int64)
    }

    private var requests: TokenBucket
    /// `nil`: items are not counted.
    private var items: TokenBucket?
    private var pausedUntil: Int64 = .min
    /// Failed calls since the last good one.
    private(set) var troubles = 0

    init(requests: TokenRate, items: TokenRate? = nil, at now: Int64) {
        self.requests = TokenBucket(requests, at: now)
        self.items = items.map { TokenBucket($0, at: now) }
    }

    /// Tokens for one call with up to `wanted` items, at least one.
    mutating func grant(upTo wanted: Int, at now: Int64) -> Grant {
        precondition(wanted > 0, "a call has at least one item")
        let ready = ready(at: now)
        guard ready <= now else { return .notBefore(ready) }
        let granted = items?.take(upTo: Int64(wanted), at: now) ?? Int64(wanted)
        let isRequestGranted = requests.take(1, at: now)
        precondition(granted > 0 && isRequestGranted, "a token that was there is there")
        return .now(Int(granted))
    }

    /// A call with so many items was turned away at the door: the cloud has not counted its items.
    mutating func giveBack(_ count: Int, at now: Int64) { items?.giveBack(Int64(count), at: now) }

    /// When the next call may go out: `now` or later.
    func ready(at now: Int64) -> Int64 {
        var (requests, items) = (requests, items)
        return max(now, pausedUntil, requests.instant(of: 1, at: now), items?.instant(of: 1, at: now) ?? now)
    }

    /// The call failed as a whole, or the cloud throttled it: nothing is asked until the backoff is over.
    mutating func pause(_ backoff: Backoff, using generator: inout SplitMix64, at now: Int64) {
        troubles += 1
        pausedUntil = max(pausedUntil, now + backoff.delay(after: troubles, using: &generator))
    }

    /// The region answers again.
    mutating func recover() { troubles = 0 }
}
