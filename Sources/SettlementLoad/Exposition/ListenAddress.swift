/// Where to listen: `9464`, `127.0.0.1:9464`, `[::1]:9464`, `0.0.0.0:9464`.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// Name or number of a host; loopback unless given.
    public var host: String
    /// 0 for any free port.
    public var port: UInt16

    /// An address.
    public init(host: String = "127.0.0.1", port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `[HOST:]PORT`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let last = parts.last, let port = UInt16(last) else { return nil }
        self.init(port: port)
        guard parts.count > 1 else { return }
        var host = text.dropLast(last.count + 1)
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if parts.count > 2 {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
    }

    /// `HOST:PORT`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
