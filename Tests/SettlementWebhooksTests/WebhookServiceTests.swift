import Logging
import Settlement
import SettlementTestKit
import Synchronization
import Testing

@testable import SettlementWebhooks

@Suite struct WebhookServiceTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let alert = alert(of: 7)

    private static func alert(of account: UInt64) -> Alert {
        Alert(
            account: AccountID(account),
            time: Timestamp(seconds: 1_790_000_000),
            .creditLow(credit: Amount(minorUnits: 50), threshold: Amount(minorUnits: 100), day: 0)
        )
    }

    private static func simulate(
        _ endpoint: WebhookEndpoint,
        _ prepare: @escaping @Sendable (inout ScriptedNetwork.State) -> Void,
        _ body: @escaping @Sendable (WebhookService, ScriptedNetwork, SimulatedClock) async throws -> Void
    ) throws {
        try Simulation(seed: 1).run { clock in
            let network = ScriptedNetwork()
            network.state.withLock { prepare(&$0) }
            let service = WebhookService(
                endpoints: [endpoint],
                transport: network,
                clock: clock,
                seed: 1,
                logger: Self.logger
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                try await body(service, network, clock)
                group.cancelAll()
            }
        }
    }

    private static func standard() throws -> (WebhookEndpoint, WebhookSecret) {
        var generator = SystemRandomNumberGenerator()
        let secret = WebhookSecret(using: &generator)
        let url = try WebhookURL("https://hooks.example.com/settlement")
        return (WebhookEndpoint(name: "a", url: url, signing: .standard([secret])), secret)
    }

    @Test func anAttemptIsSignedAnewUnderTheSameId() throws {
        let (endpoint, secret) = try Self.standard()
        try Self.simulate(endpoint) { network in
            network.addresses["hooks.example.com"] = ["1.1.1.1", "8.8.8.8"]
            network.responses = [WebhookResponse(status: 500), WebhookResponse(status: 301)]
        } _: { service, network, clock in
            _ = await service.receive([Self.alert])
            try await clock.sleep(nanoseconds: 3_600_000_000_000)
            let requests = network.requests
            #expect(requests.map(\.address.description) == ["1.1.1.1", "8.8.8.8", "1.1.1.1"], "each attempt the next")
            #expect(Set(requests.map { $0.headers[1].value }).count == 1, "one id")
            #expect(Set(requests.map { $0.headers[2].value }).count == 3, "a time for each attempt")
            for request in requests {
                let timestamp = Int64(request.headers[2].value) ?? 0
                #expect(
                    WebhookSignature.verify(
                        request.body,
                        id: request.headers[1].value,
                        timestamp: timestamp,
                        signature: request.headers[3].value,
                        secret: secret,
                        now: timestamp
                    )
                )
            }
            let text = String(decoding: requests[0].body, as: UTF8.self)
            #expect(
                text == #"{"type":"alert.credit_low","timestamp":"2026-09-21T14:13:20Z","data":"#
                    + #"{"account":"7","credit":"50","threshold":"100","day":"0"}}"#
            )
            #expect(await service.state(of: "a")?.count == 0)
        }
    }

    @Test func nothingIsSentToANameThatLeadsInside() throws {
        let (endpoint, _) = try Self.standard()
        try Self.simulate(endpoint) {
            $0.addresses["hooks.example.com"] = ["1.1.1.1", "169.254.169.254"]
        } _: {
            service,
            network,
            clock in
            _ = await service.receive([Self.alert])
            try await clock.sleep(nanoseconds: 600_000_000_000)
            #expect(network.requests.isEmpty)
            #expect(await service.state(of: "a")?.count == 1)
            network.state.withLock { $0.addresses["hooks.example.com"] = ["1.1.1.1"] }
            try await clock.sleep(nanoseconds: 3_600_000_000_000)
            #expect(network.requests.count == 1)
        }
    }

    @Test func aRobotSaysInOneMessageWhatCameTogether() throws {
        let url = try WebhookURL("https://oapi.dingtalk.com/robot/send?access_token=x")
        let endpoint = WebhookEndpoint(name: "a", url: url, signing: .dingTalk(secret: RobotSecret("SECx")))
        try Self.simulate(endpoint) { network in
            network.addresses["oapi.dingtalk.com"] = ["1.1.1.1"]
            network.responses = Array(
                repeating: WebhookResponse(status: 200, body: Array(#"{"errcode":0}"#.utf8)),
                count: 100
            )
        } _: { service, network, clock in
            for burst: UInt64 in 0..<3 {
                _ = await service.receive((burst * 5..<burst * 5 + 5).map(Self.alert(of:)))
            }
            try await clock.sleep(nanoseconds: 60_000_000_000)
            let texts = network.requests.map { String(decoding: $0.body, as: UTF8.self) }
            let lines = texts.reduce(0) { $0 + $1.ranges(of: "credit_low").count }
            #expect(lines == 15 && texts.count <= 3)
            #expect(network.requests.allSatisfy { $0.query.contains("&sign=") })
        }
    }
}
