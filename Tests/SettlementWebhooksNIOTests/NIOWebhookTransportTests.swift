import NIOHTTP1
import SettlementWebhooks
import Testing

@testable import SettlementWebhooksNIO

@Suite struct NIOWebhookTransportTests {
    private static func request(
        host: String = "hooks.example.com",
        port: Int,
        timeoutNanoseconds: Int64 = 10_000_000_000
    ) throws -> WebhookRequest {
        let rules = AddressRules(allowsLoopback: true)
        return WebhookRequest(
            url: try WebhookURL("https://\(host):\(port)/a?b=c", ports: [port], rules: rules),
            query: "&sign=x",
            address: try #require(IPAddress("127.0.0.1")),
            headers: [WebhookRequest.Header("webhook-id", "1")],
            body: Array("{}".utf8),
            timeoutNanoseconds: timeoutNanoseconds
        )
    }

    private static func transport() throws -> NIOWebhookTransport {
        try NIOWebhookTransport(certificateAuthorities: TestCertificate.certificate)
    }

    /// The name is that of nobody's server: only the address that was given can have been used.
    @Test func connectsToTheGivenAddressInTheNameOfTheHost() async throws {
        try await LoopbackServer.serving(
            .response(status: .accepted, headers: ["retry-after": "7"], body: #"{"errcode":0}"#)
        ) { server, port in
            let response = try await Self.transport().post(Self.request(port: port))
            #expect(response.status == 202 && response.retryAfterSeconds == 7)
            #expect(String(decoding: response.body, as: UTF8.self) == #"{"errcode":0}"#)
            let request = try #require(server.requests.first)
            #expect(request.path == "/a?b=c&sign=x" && request.body == Array("{}".utf8))
            #expect(request.headers["host"] == ["hooks.example.com:\(port)"])
            #expect(request.headers["webhook-id"] == ["1"])
            #expect(server.names == ["hooks.example.com"])
        }
    }

    @Test func anAddressNeedsACertificateOfItsOwnAndIsNotNamed() async throws {
        try await LoopbackServer.serving(.response(status: .ok)) { server, port in
            let response = try await Self.transport().post(Self.request(host: "127.0.0.1", port: port))
            #expect(response.status == 200)
            #expect(server.names == [nil])
        }
    }

    /// The server's certificate is also for its address: that does not make it another host.
    @Test(arguments: ["evil.example.com", "hooks.example.com.evil.org"])
    func aCertificateOfAnotherNameIsRefused(_ host: String) async throws {
        try await LoopbackServer.serving(.response(status: .ok)) { server, port in
            let request = try Self.request(host: host, port: port)
            let failure = await #expect(throws: TransportFailure.self) { try await Self.transport().post(request) }
            #expect(failure?.reason.hasPrefix("TLS failed") == true, "\(failure?.reason ?? "")")
            #expect(server.requests.isEmpty, "not a byte of the message was sent")
        }
    }

    @Test(arguments: [
        ("a.example.com", true), ("A.Example.com", true), ("*.example.com", true), ("*.com", false),
        ("b.example.com", false), ("*.a.example.com", false), ("*", false), ("a.*.com", false),
        ("*a.example.com", false),
        (".example.com", false), ("", false),
    ])
    func aWildcardStandsForOneLabel(_ name: String, _ isOfHost: Bool) {
        #expect(CertificateName.matches(name, "a.example.com") == isOfHost)
        #expect(!CertificateName.matches("*.com", "example.com"))
    }

    @Test func aCertificateOfAnUnknownAuthorityIsRefused() async throws {
        try await LoopbackServer.serving(.response(status: .ok)) { server, port in
            let request = try Self.request(port: port)
            let failure = await #expect(throws: TransportFailure.self) { try await NIOWebhookTransport().post(request) }
            #expect(failure?.reason.hasPrefix("TLS failed") == true, "\(failure?.reason ?? "")")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func noRedirectIsFollowed() async throws {
        try await LoopbackServer.serving(.response(status: .ok)) { other, otherPort in
            let headers: HTTPHeaders = ["location": "https://127.0.0.1:\(otherPort)/"]
            try await LoopbackServer.serving(.response(status: .found, headers: headers)) { _, port in
                let response = try await Self.transport().post(Self.request(port: port))
                #expect(response.status == 302)
            }
            #expect(other.connections == 0)
        }
    }

    @Test func ofABodyWithoutEndOnlySoMuchIsRead() async throws {
        try await LoopbackServer.serving(.endless) { _, port in
            let response = try await Self.transport().post(Self.request(port: port))
            #expect(response.status == 200 && response.body.count == WebhookResponse.bodyBytesMax)
        }
    }

    @Test func aServerThatSaysNothingIsNotWaitedForForever() async throws {
        try await LoopbackServer.serving(.silence) { _, port in
            let request = try Self.request(port: port, timeoutNanoseconds: 200_000_000)
            let failure = await #expect(throws: TransportFailure.self) { try await Self.transport().post(request) }
            #expect(failure?.reason == "no answer in time")
        }
    }

    @Test func aCancelledTaskEndsAtOnce() async throws {
        try await LoopbackServer.serving(.silence) { _, port in
            let request = try Self.request(port: port)
            let transport = try Self.transport()
            await withTaskGroup(of: String.self) { group in
                group.addTask {
                    do throws(TransportFailure) {
                        return String(try await transport.post(request).status)
                    } catch {
                        return error.reason
                    }
                }
                group.cancelAll()
                for await reason in group { #expect(reason == "cancelled") }
            }
        }
    }

    @Test func whatIsNoAnswerIsAFailureThatNamesNoAddress() async throws {
        for (answer, reason) in [
            (.cut, "the connection was closed without an answer"), (.garbage, "the answer is not HTTP"),
        ] as [(LoopbackServer.Answer, String)] {
            try await LoopbackServer.serving(answer) { _, port in
                let request = try Self.request(port: port)
                let failure = await #expect(throws: TransportFailure.self) { try await Self.transport().post(request) }
                #expect(failure?.reason == reason)
            }
        }
        let port = try await LoopbackServer.serving(.cut) { _, port in port }
        let request = try Self.request(port: port)
        let failure = await #expect(throws: TransportFailure.self) { try await Self.transport().post(request) }
        #expect(failure?.reason == "no connection", "nobody listens there any more")
    }

    @Test func aHeadOfTheAnswerIsBounded() async throws {
        let headers = HTTPHeaders((0..<200).map { ("x-\($0)", "y") })
        try await LoopbackServer.serving(.response(status: .ok, headers: headers)) { _, port in
            let request = try Self.request(port: port)
            await #expect(throws: TransportFailure.self) { try await Self.transport().post(request) }
        }
    }

    @Test func aHeaderCannotSmuggleAnother() async throws {
        try await LoopbackServer.serving(.response(status: .ok)) { server, port in
            var request = try Self.request(port: port)
            request.headers.append(WebhookRequest.Header("x", "a\r\nwebhook-id: 2"))
            let sent = request
            let failure = await #expect(throws: TransportFailure.self) { try await Self.transport().post(sent) }
            #expect(failure?.reason == "a header of the message has characters that HTTP does not allow")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func allAddressesOfANameAreTold() async throws {
        let addresses = try await Self.transport().resolve("localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { AddressRules(allowsLoopback: true).allows($0) })
        #expect(AddressRules().choose(from: addresses) == nil)
        let failure = await #expect(throws: TransportFailure.self) {
            try await Self.transport().resolve("nobody.invalid")
        }
        #expect(failure != nil)
    }

    @Test func authoritiesAreTextOfCertificates() {
        for text in ["", "none", TestCertificate.key] {
            #expect(throws: TransportFailure.self) { try NIOWebhookTransport(certificateAuthorities: text) }
        }
    }
}
