import Testing

@testable import SettlementWebhooks

@Suite struct AddressTests {
    @Test(arguments: [
        "127.0.0.1", "127.255.255.255", "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "2002:7f00:1::", "2001::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "::127.0.0.1",
    ])
    func whatIsNotPublicIsRefused(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressRules().allows(address))
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "198.20.0.1",
        "223.255.255.255", "2606:4700::1111", "2400:3200::1", "::ffff:1.1.1.1",
    ])
    func whatIsPublicIsAllowed(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressRules().allows(address))
    }

    @Test func loopbackIsAllowedForTestsAlone() throws {
        let rules = AddressRules(allowsLoopback: true)
        for text in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] { #expect(rules.allows(try #require(IPAddress(text)))) }
        for text in ["10.0.0.1", "169.254.169.254", "fe80::1"] { #expect(!rules.allows(try #require(IPAddress(text)))) }
    }

    /// One bad address among good ones is an attempt to be lucky at the second lookup.
    @Test func oneForbiddenAddressForbidsTheName() throws {
        let (good, bad) = (try #require(IPAddress("1.1.1.1")), try #require(IPAddress("10.0.0.1")))
        #expect(AddressRules().choose(from: [good]) == good)
        #expect(AddressRules().choose(from: [good, bad]) == nil)
        #expect(AddressRules().choose(from: []) == nil)
    }

    @Test(arguments: [
        "", "1", "1.1.1", "1.1.1.1.1", "01.1.1.1", "0x7f.0.0.1", "256.1.1.1", "+1.1.1.1", "1.1.1.1 ", "2130706433",
        ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%eth0", "::+1",
        "1:2:3:4:5:6:7:8::",
    ])
    func otherSpellingsAreNoAddresses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func readsWhatItWrites() throws {
        for text in ["1.2.3.4", "2001:db8:0:0:0:0:0:1", "0:0:0:0:0:ffff:7f00:1"] {
            #expect(try #require(IPAddress(text)).description == text)
        }
        #expect(IPAddress("::ffff:127.0.0.1") == IPAddress("0:0:0:0:0:ffff:7f00:1"))
    }
}

@Suite struct WebhookURLTests {
    @Test func readsHostPortAndPath() throws {
        let url = try WebhookURL("https://Hooks.Example.com/a/b?c=d")
        #expect(url.host == "hooks.example.com" && url.port == 443 && url.path == "/a/b?c=d" && url.address == nil)
        #expect(try WebhookURL("https://a.b").path == "/" && WebhookURL("https://a.b?x").path == "/?x")
        #expect(try WebhookURL("https://a.b:8443/", ports: [8443]).port == 8_443)
        #expect(try WebhookURL("https://[2606:4700::1111]/x").address == IPAddress("2606:4700::1111"))
        #expect(!"\(url)".contains("a/b"))
    }

    @Test(
        arguments: [
            ("http://a.b/", .notHTTPS), ("file:///etc/passwd", .notHTTPS), ("", .notHTTPS), ("https://", .host),
            ("https://user@a.b/", .credentials), ("https://a.b@10.0.0.1/", .credentials), ("https://a.b:80/", .port),
            ("https://a.b:/", .port), ("https://a.b:+443/", .port), ("https://a.b:443x/", .port),
            ("https://a.b/#x", .path),
            ("https://a.b\\@c.d/", .path), ("https://a.b/ x", .path), ("https://a.b/\u{e9}", .path),
            ("https://127.0.0.1/", .forbiddenAddress), ("https://[::1]/", .forbiddenAddress),
            ("https://[::ffff:10.0.0.1]/", .forbiddenAddress), ("https://169.254.169.254/latest", .forbiddenAddress),
            ("https://2130706433/", .host), ("https://0x7f.1/", .host), ("https://127.1/", .host),
            ("https://010.0.0.1/", .host),
            ("https://[127.0.0.1]/", .host), ("https://a..b/", .host), ("https://-a.b/", .host),
            ("https://a_b.c/", .host),
        ] as [(String, WebhookURL.Problem)]
    )
    func refusesEverythingElse(_ text: String, _ problem: WebhookURL.Problem) {
        #expect(throws: problem) { try WebhookURL(text) }
    }
}
