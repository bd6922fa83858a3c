import Testing

@testable import SettlementWebhooks

@Suite struct SignatureTests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64GoesBothWays(_ plain: String, _ coded: String) {
        #expect(Base64.encode(plain.utf8) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Zh==", "Z===", "Zm9v====", "Zm 9v", "====", "Zg==Zg=="])
    func whatIsNotCanonicalIsNoBase64(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    /// The example of the Standard Webhooks documentation.
    @Test func signsAsTheSpecificationDoes() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let payload = Array(#"{"test": 2432232314}"#.utf8)
        let signature = WebhookSignature.sign(
            payload,
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            secrets: [secret]
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func acceptsEachOfTwoKeysAndNothingElse() throws {
        var generator = SystemRandomNumberGenerator()
        let (old, new, other) = (
            WebhookSecret(using: &generator), WebhookSecret(using: &generator), WebhookSecret(using: &generator)
        )
        let payload = Array("{}".utf8)
        let signature = WebhookSignature.sign(payload, id: "a", timestamp: 1_000, secrets: [new, old])
        func accepts(
            _ secret: WebhookSecret,
            _ payload: [UInt8] = Array("{}".utf8),
            id: String = "a",
            timestamp: Int64 = 1_000,
            now: Int64 = 1_000
        ) -> Bool {
            WebhookSignature.verify(
                payload,
                id: id,
                timestamp: timestamp,
                signature: signature,
                secret: secret,
                now: now
            )
        }
        #expect(accepts(old) && accepts(new) && !accepts(other))
        #expect(!accepts(old, Array("{ }".utf8)) && !accepts(old, id: "b") && !accepts(old, timestamp: 1_001))
        #expect(
            accepts(old, now: 1_300) && !accepts(old, now: 1_301) && accepts(old, now: 700) && !accepts(old, now: 699)
        )
        #expect(WebhookSecret(old.text) == old)
        #expect("\(old) \(String(reflecting: old))".contains(old.text.dropFirst(6)) == false)
        var dumped = ""
        dump(old, to: &dumped)
        #expect(!dumped.contains("bytes"))
    }

    @Test(arguments: ["", "whsec_", "whsec_Zm9v", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!"])
    func aShortOrForeignSecretIsNone(_ text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    /// Computed with Python's hmac, base64 and urllib.
    @Test func signsForDingTalk() {
        let query = DingTalkSignature.query(milliseconds: 1_577_262_236_757, secret: "this is secret")
        #expect(query == "&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D")
    }
}
