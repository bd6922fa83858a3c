internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
public import SettlementWebhooks

/// The network of webhooks on SwiftNIO, for services that have no transport of their own.
///
/// A name is resolved once; the addresses go through ``AddressRules``, and the connection is made to the address that was
/// checked, with the name in SNI and `host` and the certificate checked for the name. There is no second resolution, no
/// redirect is followed, no proxy of the environment is used, and connections are not kept.
public struct NIOWebhookTransport: WebhookTransport {
    private let tls: NIOSSLContext
    private let resolveTimeout: TimeAmount

    /// A transport on SwiftNIO's threads of the process. Needs no shutdown.
    ///
    /// - Parameters:
    ///   - certificateAuthorities: PEM text of the authorities to trust, for an inner network; `nil`: the system's.
    ///   - resolveTimeoutNanoseconds: the longest wait for a name's addresses.
    /// - Throws: when the text holds no certificate, or the system has none.
    /// - Precondition: the timeout is positive.
    public init(
        certificateAuthorities: String? = nil,
        resolveTimeoutNanoseconds: Int64 = 10_000_000_000
    ) throws(TransportFailure) {
        precondition(resolveTimeoutNanoseconds > 0, "names need time to be resolved")
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // Who goes on talking after the answer is not waited for.
        configuration.shutdownTimeout = .milliseconds(100)
        do {
            if let certificateAuthorities {
                let certificates = try NIOSSLCertificate.fromPEMBytes(Array(certificateAuthorities.utf8))
                configuration.trustRoots = .certificates(certificates)
            }
            tls = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TransportFailure(reason: "the certificate authorities cannot be read; expected PEM text")
        }
        resolveTimeout = .nanoseconds(resolveTimeoutNanoseconds)
    }

    /// All addresses of a host, as the system resolves it; on one of a few threads that do nothing else.
    ///
    /// - Throws: when the name cannot be resolved, or not in time.
    public func resolve(_ host: String) async throws(TransportFailure) -> [IPAddress] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let found = loop.makePromise(of: [IPAddress].self)
        ResolverThreads.resolve(host, before: .now() + resolveTimeout, found)
        return try await Self.wait(for: found, atMost: resolveTimeout, "the name was not resolved in time")
    }

    /// Sends one POST to exactly `request.address`.
    ///
    /// - Throws: when there is no answer within the request's timeout in all, the certificate is not of the host, or the
    ///   answer is not HTTP.
    public func post(_ request: WebhookRequest) async throws(TransportFailure) -> WebhookResponse {
        guard let address = try? SocketAddress(ipAddress: request.address.description, port: request.url.port) else {
            throw TransportFailure(reason: "no connection")
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: WebhookResponse.self)
        let connection = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(request.timeoutNanoseconds))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try self.addHandlers(to: channel.pipeline.syncOperations, request, answer)
                }
            }
            .connect(to: address)
        connection.whenFailure { answer.fail(TransportFailure(connecting: $0)) }
        answer.futureResult.whenComplete { _ in connection.whenSuccess { $0.close(promise: nil) } }
        return try await Self.wait(for: answer, atMost: .nanoseconds(request.timeoutNanoseconds), "no answer in time")
    }

    private func addHandlers(
        to pipeline: ChannelPipeline.SynchronousOperations,
        _ request: WebhookRequest,
        _ answer: EventLoopPromise<WebhookResponse>
    ) throws {
        // Without a name the certificate is checked for the address of the connection.
        let name = request.url.address == nil ? request.url.host : nil
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 8 << 10
        limits.maxHeaderListSize = 16 << 10
        limits.maxHeaderFieldCount = 100
        try pipeline.addHandlers(
            NIOSSLClientHandler(context: tls, serverHostname: name),
            HTTPRequestEncoder(),
            ByteToMessageHandler(HTTPResponseDecoder(limitConfiguration: limits)),
            NIOHTTPRequestHeadersValidator(),
            WebhookExchange(request, answer: answer)
        )
    }

    /// The promise's value; it fails when time is up or the task is cancelled.
    private static func wait<Value: Sendable>(
        for promise: EventLoopPromise<Value>,
        atMost time: TimeAmount,
        _ reason: String
    ) async throws(TransportFailure) -> Value {
        let deadline = promise.futureResult.eventLoop.scheduleTask(in: time) {
            promise.fail(TransportFailure(reason: reason))
        }
        defer { deadline.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                promise.fail(TransportFailure(reason: "cancelled"))
            }
        } catch {
            throw error as? TransportFailure ?? TransportFailure(reason: "the connection failed")
        }
    }
}
