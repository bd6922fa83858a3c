/// Where messages go: `https`, a host, a port, a path. It may hold a secret, so its description shows the host alone.
public struct WebhookURL: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// Why a text is no address to send to.
    public enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// Not `https://`.
        case notHTTPS
        /// A name or password stands before the host.
        case credentials
        /// The host is empty, or is neither a plain name nor an address as ``IPAddress`` reads them.
        case host
        /// The port is not a number from 1 to 65,535, or none that is allowed.
        case port
        /// The path has characters that have to be escaped, or a fragment.
        case path
        /// The host is an address to which nothing is sent.
        case forbiddenAddress

        /// What was wrong and what is expected.
        public var description: String {
            switch self {
            case .notHTTPS: "the address does not begin with https://"
            case .credentials: "the address holds a user name; put secrets into the signature"
            case .host: "the host is neither a name such as hooks.example.com nor an IP address in its usual form"
            case .port: "the port is not one that is allowed (443 unless configured)"
            case .path: "the path holds spaces, control or non-ASCII characters or a fragment; escape or remove them"
            case .forbiddenAddress: "the host is an address of a private, local or reserved network"
            }
        }
    }

    /// Lower case.
    public let host: String
    /// 443 unless written otherwise.
    public let port: Int
    /// With its query; at least `/`.
    public let path: String
    /// The host, if it is one.
    public let address: IPAddress?

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - ports: where messages may go.
    ///   - rules: where messages may go if the host is an address; what a name resolves to is looked at when it is used.
    public init(_ text: String, ports: Set<Int> = [443], rules: AddressRules = AddressRules()) throws(Problem) {
        let scheme = "https://"
        guard text.lowercased().hasPrefix(scheme) else { throw .notHTTPS }
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }), !text.contains("#")
        else { throw .path }
        let rest = text.dropFirst(scheme.count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end].lowercased()
        if authority.contains("@") { throw .credentials }
        let (host, portText) = try Self.split(authority)
        let number = portText.map { Int($0) } ?? 443
        guard let number, ports.contains(number), portText?.first != "+" else { throw .port }
        if let address = IPAddress(host) {
            guard rules.allows(address) else { throw .forbiddenAddress }
            self.address = address
        } else {
            guard Self.isName(host) else { throw .host }
            self.address = nil
        }
        self.host = host
        self.port = number
        self.path = rest[end...].isEmpty ? "/" : rest[end] == "?" ? "/" + rest[end...] : String(rest[end...])
    }

    private static func split(_ authority: String) throws(Problem) -> (host: String, port: Substring?) {
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw .host }
            let host = String(authority[authority.index(after: authority.startIndex)..<close])
            let rest = authority[authority.index(after: close)...]
            guard IPAddress(host)?.bytes.count == 16, rest.isEmpty || rest.hasPrefix(":") else { throw .host }
            return (host, rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first else { throw .host }
        return (String(host), parts.count == 2 ? parts[1] : nil)
    }

    /// Letters, digits and hyphens between dots, the last label not a number: a number is an address in disguise.
    private static func isName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, let last = labels.last, last.first?.isLetter == true else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
        }
    }

    /// The host; the path may be a secret.
    public var description: String { "https://\(host)/(redacted)" }
    /// The host alone.
    public var customMirror: Mirror { Mirror(self, children: ["host": host]) }
}
