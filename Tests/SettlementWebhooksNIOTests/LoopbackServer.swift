import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server of the own machine that speaks TLS, answers by a script and remembers what it was asked.
final class LoopbackServer: Sendable {
    enum Answer: Sendable {
        case response(status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: String = "")
        /// Nothing.
        case silence
        /// A body without an end.
        case endless
        /// The connection ends instead.
        case cut
        /// Bytes that are not HTTP.
        case garbage
    }

    struct Request: Sendable {
        var path: String
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    private struct Seen {
        var requests: [Request] = []
        var names: [String?] = []
        var connections = 0
        var onRequest: @Sendable () -> Void = {}
    }

    private let seen = Mutex(Seen())
    let answer: Answer

    var requests: [Request] { seen.withLock { $0.requests } }
    /// What SNI named, connection by connection.
    var names: [String?] { seen.withLock { $0.names } }
    var connections: Int { seen.withLock { $0.connections } }

    private init(_ answer: Answer) { self.answer = answer }

    /// Serves on a free port of loopback while `body` runs.
    static func serving<Value: Sendable>(
        _ answer: Answer,
        _ body: (LoopbackServer, _ port: Int) async throws -> Value
    ) async throws -> Value {
        let server = LoopbackServer(answer)
        let tls = try server.makeTLSContext()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                server.seen.withLock { $0.connections += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    if case .garbage = answer {
                        try pipeline.addHandler(GarbageHandler())
                    } else {
                        try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                        try pipeline.addHandler(AnswerHandler(server))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(server, channel.localAddress?.port ?? 0))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    private func makeTLSContext() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(key)
        )
        configuration.sslContextCallback = { values, promise in
            self.seen.withLock { $0.names.append(values.serverHostname) }
            promise.succeed(.noChanges)
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// Calls `body` when a request has come in whole.
    func onRequest(_ body: @escaping @Sendable () -> Void) { seen.withLock { $0.onRequest = body } }

    fileprivate func add(_ request: Request) {
        let onRequest = seen.withLock { seen in
            seen.requests.append(request)
            return seen.onRequest
        }
        onRequest()
    }
}

/// Answers a request that has come in whole.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: LoopbackServer
    private var request: LoopbackServer.Request?

    init(_ server: LoopbackServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = LoopbackServer.Request(path: head.uri, headers: head.headers, body: [])
        case .body(let bytes): request?.body += bytes.readableBytesView
        case .end:
            if let request { server.add(request) }
            respond(context)
        }
    }

    private func respond(_ context: ChannelHandlerContext) {
        switch server.answer {
        case .response(let status, let headers, let body):
            let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .endless:
            context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok))), promise: nil)
            writeOn(context)
        case .cut: context.close(promise: nil)
        case .silence, .garbage: break
        }
    }

    /// Until the other side has had enough.
    private func writeOn(_ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenSuccess { handler.value.writeOn(bound.value) }
        let bytes = ByteBuffer(repeating: UInt8(ascii: "x"), count: 10_000)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: written)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

private final class GarbageHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "220 mail.example.com ESMTP\r\n")), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
