/// A token bucket in whole numbers, exact to the nanosecond. Time is an argument.
public struct TokenBucket: Sendable, Hashable, BitwiseCopyable {
    /// One token is worth as many parts as a second has nanoseconds, so each nanosecond refills a whole number of them.
    private static let partsPerToken: Int64 = 1_000_000_000

    /// How the bucket fills.
    public private(set) var rate: TokenRate
    private var parts: Int64
    private var updatedAt: Int64

    /// A full bucket.
    /// - Parameter now: Nanoseconds of a monotonic clock.
    public init(_ rate: TokenRate, at now: Int64) {
        self.rate = rate
        self.parts = rate.capacity * Self.partsPerToken
        self.updatedAt = now
    }

    /// Takes up to `wanted` tokens and says how many. A `now` before the last one counts as the last one. O(1).
    public mutating func take(upTo wanted: Int64, at now: Int64) -> Int64 {
        refill(at: now)
        let taken = min(max(wanted, 0), parts / Self.partsPerToken)
        parts -= taken * Self.partsPerToken
        return taken
    }

    /// Takes all of `count` tokens or none. O(1).
    public mutating func take(_ count: Int64, at now: Int64) -> Bool {
        refill(at: now)
        guard parts / Self.partsPerToken >= count else { return false }
        parts -= count * Self.partsPerToken
        return true
    }

    /// Puts back tokens that were taken and not used; what is over the capacity is lost. O(1).
    public mutating func giveBack(_ count: Int64, at now: Int64) {
        refill(at: now)
        let room = rate.capacity * Self.partsPerToken - parts
        parts += min(min(max(count, 0), rate.capacity) * Self.partsPerToken, room)
    }

    /// The instant at which `count` tokens will be there, at most the capacity; `now` if they are. O(1).
    public mutating func instant(of count: Int64, at now: Int64) -> Int64 {
        precondition(count <= rate.capacity, "\(count) tokens never are in a bucket of \(rate.capacity)")
        refill(at: now)
        let missing = count * Self.partsPerToken - parts
        if missing <= 0 { return now }
        return now + (missing + rate.refillPerSecond - 1) / rate.refillPerSecond
    }

    /// Empties the bucket: the cloud says that we are over its rate.
    public mutating func drain(at now: Int64) {
        refill(at: now)
        parts = 0
    }

    /// Goes on with another rate; tokens over the new capacity are lost.
    public mutating func change(to rate: TokenRate, at now: Int64) {
        refill(at: now)
        self.rate = rate
        parts = min(parts, rate.capacity * Self.partsPerToken)
    }

    private mutating func refill(at now: Int64) {
        guard now > updatedAt else { return }
        let full = rate.capacity * Self.partsPerToken
        let gain = (now - updatedAt).multipliedReportingOverflow(by: rate.refillPerSecond)
        let sum = parts.addingReportingOverflow(gain.partialValue)
        parts = gain.overflow || sum.overflow ? full : min(full, sum.partialValue)
        updatedAt = now
    }
}
