/// A shared secret of one endpoint, 24 to 64 bytes. Its text is never part of a description.
public struct WebhookSecret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    /// Reads `whsec_` and base64, as Standard Webhooks writes secrets; `nil`: it is not that, or has another length.
    public init?(_ text: String) {
        let prefix = "whsec_"
        guard text.hasPrefix(prefix), let bytes = Base64.decode(text.dropFirst(prefix.count)),
            (24...64).contains(bytes.count)
        else { return nil }
        self.bytes = bytes
    }

    /// A secret of a generator, which must be a cryptographic one (`SystemRandomNumberGenerator`).
    public init(using generator: inout some RandomNumberGenerator) {
        bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// What the receiver is given, once. A secret.
    public var text: String { "whsec_" + Base64.encode(bytes) }

    /// Says nothing.
    public var description: String { "whsec_(redacted)" }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
