internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import NIOTLS
internal import SettlementWebhooks

/// One POST and its answer on a connection of their own.
final class WebhookExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: WebhookRequest
    private let answer: EventLoopPromise<WebhookResponse>
    private var response: WebhookResponse?

    init(_ request: WebhookRequest, answer: EventLoopPromise<WebhookResponse>) {
        self.request = request
        self.answer = answer
    }

    /// Nothing is sent before it is certain to whom.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            if isOfHost(context) {
                send(context)
            } else {
                answer.fail(TransportFailure.tls)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// An address was checked with the handshake; a name is looked for here.
    private func isOfHost(_ context: ChannelHandlerContext) -> Bool {
        if request.url.address != nil { return true }
        guard let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate() else { return false }
        return CertificateName.covers(certificate, request.url.host)
    }

    private func send(_ context: ChannelHandlerContext) {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: request.url.path + request.query)
        head.headers.add(name: "host", value: request.hostHeader)
        head.headers.add(name: "content-length", value: String(request.body.count))
        head.headers.add(name: "user-agent", value: "swift-settlement")
        head.headers.add(name: "connection", value: "close")
        for header in request.headers { head.headers.add(name: header.name, value: header.value) }
        let isWritten = context.eventLoop.makePromise(of: Void.self)
        isWritten.futureResult.whenFailure { [answer] in answer.fail(TransportFailure(sending: $0)) }
        context.write(wrapOutboundOut(.head(head)), promise: isWritten)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: request.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            response = WebhookResponse(
                status: Int(head.status.code),
                retryAfterSeconds: head.headers.first(name: "retry-after").flatMap { Int64($0) }
            )
        case .body(let bytes):
            let room = WebhookResponse.bodyBytesMax - (response?.body.count ?? 0)
            response?.body += bytes.readableBytesView.prefix(room)
            // Whatever else comes is not read: the answer closes the connection.
            if bytes.readableBytes >= room { finish() }
        case .end: finish()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(TransportFailure(reason: "the connection was closed without an answer"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(TransportFailure(exchanging: error))
    }

    private func finish() {
        if let response { answer.succeed(response) }
    }
}

extension WebhookRequest {
    /// The host as the URL names it, with a port that is not the usual one.
    fileprivate var hostHeader: String {
        let host = url.address?.bytes.count == 16 ? "[\(url.host)]" : url.host
        return url.port == 443 ? host : "\(host):\(url.port)"
    }
}

extension TransportFailure {
    /// Of an attempt to connect.
    init(connecting error: any Error) {
        if case .connectTimeout? = error as? ChannelError {
            self.init(reason: "no answer in time")
        } else {
            self.init(reason: "no connection")
        }
    }

    fileprivate static let tls = TransportFailure(
        reason: "TLS failed: the certificate is not trusted or not of this host, or no version is shared"
    )

    /// Of the head of the request.
    init(sending error: any Error) {
        if error is HTTPParserError {
            self.init(reason: "a header of the message has characters that HTTP does not allow")
        } else {
            self.init(exchanging: error)
        }
    }

    /// Of an exchange under way. Tells kinds alone: errors of the network name addresses.
    init(exchanging error: any Error) {
        switch error {
        case let failure as TransportFailure: self = failure
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .tls
        case is HTTPParserError, is NIOHTTPDecoderError: self.init(reason: "the answer is not HTTP")
        default: self.init(reason: "the connection failed")
        }
    }
}
