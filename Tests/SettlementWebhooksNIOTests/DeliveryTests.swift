import Logging
import NIOHTTP1
import Settlement
import SettlementWebhooks
import SettlementWebhooksNIO
import Testing

/// The service over the real network of the own machine.
@Suite struct DeliveryTests {
    /// Names that lead to the own machine; everything else is the transport's.
    private struct NamedLoopback: WebhookTransport {
        let transport: NIOWebhookTransport

        func resolve(_ host: String) async throws(TransportFailure) -> [IPAddress] {
            [IPAddress(bytes: [127, 0, 0, 1])]
        }

        func post(_ request: WebhookRequest) async throws(TransportFailure) -> WebhookResponse {
            try await transport.post(request)
        }
    }

    /// Hands out what was logged.
    private struct LogStream: LogHandler {
        let lines: AsyncStream<String>.Continuation
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(_ lines: AsyncStream<String>.Continuation) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.yield("\(event.metadata?["reason"] ?? "\(event.message)")") }
    }

    private static let alert = Alert(
        account: AccountID(7),
        time: Timestamp(seconds: 1_790_000_000),
        .creditLow(credit: Amount(minorUnits: 50), threshold: Amount(minorUnits: 100), day: 0)
    )

    /// Sends one alert to a loopback server and waits until it has arrived or something is logged.
    private static func send(
        rules: AddressRules,
        to server: LoopbackServer,
        _ port: Int,
        secret: WebhookSecret
    ) async throws -> String? {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let url = try WebhookURL("https://hooks.example.com:\(port)/", ports: [port])
        let service = WebhookService(
            endpoints: [WebhookEndpoint(name: "a", url: url, signing: .standard([secret]))],
            transport: NamedLoopback(
                transport: try NIOWebhookTransport(certificateAuthorities: TestCertificate.certificate)
            ),
            rules: rules,
            seed: 1,
            logger: Logger(label: "test") { _ in LogStream(continuation) }
        )
        server.onRequest { continuation.yield("delivered") }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await service.run() }
            _ = await service.receive([Self.alert])
            let first = await lines.first { _ in true }
            group.cancelAll()
            return first
        }
    }

    @Test func anAlertArrivesSigned() async throws {
        var generator = SystemRandomNumberGenerator()
        let secret = WebhookSecret(using: &generator)
        try await LoopbackServer.serving(.response(status: .noContent)) { server, port in
            let rules = AddressRules(allowsLoopback: true)
            #expect(try await Self.send(rules: rules, to: server, port, secret: secret) == "delivered")
            let request = try #require(server.requests.first)
            let timestamp = try #require(request.headers.first(name: "webhook-timestamp").flatMap { Int64($0) })
            #expect(
                WebhookSignature.verify(
                    request.body,
                    id: try #require(request.headers.first(name: "webhook-id")),
                    timestamp: timestamp,
                    signature: try #require(request.headers.first(name: "webhook-signature")),
                    secret: secret,
                    now: timestamp
                )
            )
        }
    }

    @Test func aNameThatLeadsToTheOwnMachineIsNotCalled() async throws {
        var generator = SystemRandomNumberGenerator()
        let secret = WebhookSecret(using: &generator)
        try await LoopbackServer.serving(.response(status: .noContent)) { server, port in
            let line = try await Self.send(rules: AddressRules(), to: server, port, secret: secret)
            #expect(line == "the name leads to a forbidden address, or to none")
            #expect(server.connections == 0)
        }
    }
}
