internal import Crypto

/// Signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.payload`, so neither can be changed or sent again later.
///
/// Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
public enum WebhookSignature {
    /// How far the clock of a message may be from the receiver's, in seconds.
    public static let toleranceSeconds: Int64 = 300

    /// The value of the header `webhook-signature`: one signature for each secret, so that keys can be changed without a gap.
    ///
    /// - Parameter timestamp: of the attempt, in seconds since 1970.
    public static func sign(
        _ payload: [UInt8],
        id: String,
        timestamp: Int64,
        secrets: [WebhookSecret]
    ) -> String {
        let content = Self.content(payload, id: id, timestamp: timestamp)
        return secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: secret.bytes))
            return "v1," + Base64.encode(code)
        }.joined(separator: " ")
    }

    /// Whether one of the signatures is of the payload and the message is of now. Takes the same time whatever is wrong with
    /// a signature.
    ///
    /// - Parameter now: in seconds since 1970.
    public static func verify(
        _ payload: [UInt8],
        id: String,
        timestamp: Int64,
        signature: String,
        secret: WebhookSecret,
        now: Int64
    ) -> Bool {
        guard (now - toleranceSeconds...now + toleranceSeconds).contains(timestamp) else { return false }
        let content = Self.content(payload, id: id, timestamp: timestamp)
        let key = SymmetricKey(data: secret.bytes)
        var isValid = false
        for part in signature.split(separator: " ") where part.hasPrefix("v1,") {
            guard let code = Base64.decode(part.dropFirst(3)) else { continue }
            if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: key) { isValid = true }
        }
        return isValid
    }

    private static func content(_ payload: [UInt8], id: String, timestamp: Int64) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + payload
    }
}

/// The signature of a DingTalk robot: HMAC-SHA256 over `milliseconds\nsecret` under the secret itself, in the query.
public enum DingTalkSignature {
    /// What is appended to the robot's address: `&timestamp=…&sign=…`. Valid for an hour.
    ///
    /// - Parameter milliseconds: since 1970.
    public static func query(milliseconds: Int64, secret: String) -> String {
        let key = SymmetricKey(data: Array(secret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(milliseconds)\n\(secret)".utf8), using: key)
        let sign = Base64.encode(code).replacing("+", with: "%2B").replacing("/", with: "%2F").replacing(
            "=",
            with: "%3D"
        )
        return "&timestamp=\(milliseconds)&sign=\(sign)"
    }
}
