/// The network as webhooks need it. An implementation keeps the promises below; signing, retries and rules are done here.
public protocol WebhookTransport: Sendable {
    /// All addresses of a host.
    /// - Throws: when the name cannot be resolved; nothing is sent then.
    func resolve(_ host: String) async throws(TransportFailure) -> [IPAddress]

    /// Sends one POST over TLS to exactly `address`, with the certificate checked for `url.host`: the name is not resolved
    /// again. No redirect is followed, no proxy of the environment is used, and of the answer's body no more than
    /// ``WebhookResponse/bodyBytesMax`` is read.
    ///
    /// - Throws: when there is no answer within `timeoutNanoseconds` in all.
    func post(_ request: WebhookRequest) async throws(TransportFailure) -> WebhookResponse
}

/// One POST.
public struct WebhookRequest: Sendable, Hashable {
    /// Whose host is named, and whose port and path are used.
    public var url: WebhookURL
    /// Appended to the path; may hold a signature.
    public var query: String
    /// Where to connect.
    public var address: IPAddress
    /// In order.
    public var headers: [Header]
    /// What is sent.
    public var body: [UInt8]
    /// From connecting to the end of the answer.
    public var timeoutNanoseconds: Int64

    /// A POST, for callers of a transport other than ``WebhookService``.
    public init(
        url: WebhookURL,
        query: String = "",
        address: IPAddress,
        headers: [Header],
        body: [UInt8],
        timeoutNanoseconds: Int64
    ) {
        self.url = url
        self.query = query
        self.address = address
        self.headers = headers
        self.body = body
        self.timeoutNanoseconds = timeoutNanoseconds
    }

    /// One line of the head.
    public struct Header: Sendable, Hashable {
        /// Lower case.
        public var name: String
        /// Of visible ASCII characters and spaces.
        public var value: String
        /// A line of the head.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// What came back.
public struct WebhookResponse: Sendable, Hashable {
    /// The most that is read of a body.
    public static let bodyBytesMax = 64 << 10

    /// HTTP status.
    public var status: Int
    /// Value of `retry-after` in seconds, if it is a number.
    public var retryAfterSeconds: Int64?
    /// At most ``bodyBytesMax`` bytes.
    public var body: [UInt8]
    /// An answer.
    public init(status: Int, retryAfterSeconds: Int64? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfterSeconds = retryAfterSeconds
        self.body = body
    }
}

/// Why there was no answer.
public struct TransportFailure: Error, Sendable, Hashable {
    /// For the log; without address and secrets.
    public var reason: String
    /// A failure with its reason.
    public init(reason: String) { self.reason = reason }
}
