/// One message to subscribers. Its id is the same at every attempt, so a receiver can drop what it has seen.
public struct WebhookMessage: Sendable, Hashable {
    /// Largest payload in bytes, as Standard Webhooks recommends.
    public static let payloadBytesMax = 20 << 10

    /// Unique, of visible ASCII characters without a dot.
    public let id: String
    /// What is signed and sent.
    public let payload: [UInt8]

    /// - Precondition: the id is 1 to 128 visible ASCII characters without a dot; the payload has at most 20 KiB.
    public init(id: String, payload: [UInt8]) {
        precondition(
            (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x2e },
            "a message id is 1 to 128 visible ASCII characters without a dot"
        )
        precondition(payload.count <= Self.payloadBytesMax, "a payload has at most \(Self.payloadBytesMax) bytes")
        self.id = id
        self.payload = payload
    }
}

/// How an endpoint is served. Times are nanoseconds.
public struct WebhookSettings: Sendable, Hashable {
    /// Waits between attempts at one message; after the last wait and attempt the message is given up.
    /// About three days in all, as Standard Webhooks proposes; a random fifth is taken off each.
    public var retryNanoseconds: [Int64] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
        .map { $0 * 1_000_000_000 }
    /// Nothing has worked for so long: the endpoint is disabled.
    public var disableAfterNanoseconds: Int64 = 432_000_000_000_000
    /// A call that has not ended by then has failed.
    public var timeoutNanoseconds: Int64 = 20_000_000_000
    /// Messages that wait; of more, the oldest are given up.
    public var queueLimit = 10_000

    /// The defaults above.
    public init() {}
}
