/// To which addresses messages may be sent: to those of the public Internet, so that nobody can make us ask our own
/// network, ourselves or the cloud's metadata service for them.
///
/// What is not known to be public is refused. Source: IANA's registries of special-purpose addresses.
public struct AddressRules: Sendable, Hashable {
    /// Whether the own machine is allowed: for tests.
    public var allowsLoopback: Bool

    /// By default nothing but the public Internet.
    public init(allowsLoopback: Bool = false) { self.allowsLoopback = allowsLoopback }

    private struct Network {
        let prefix: [UInt8]
        let bits: Int
        init(_ text: String, _ bits: Int) {
            guard let address = IPAddress(text) else { preconditionFailure("no address: \(text)") }
            self.prefix = address.bytes
            self.bits = bits
        }
        func contains(_ bytes: [UInt8]) -> Bool {
            guard bytes.count == prefix.count else { return false }
            return (0..<bits).allSatisfy { bit in (bytes[bit / 8] ^ prefix[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0 }
        }
    }

    private static let loopback = [Network("127.0.0.0", 8), Network("::1", 128)]

    /// This host, private, carrier-grade NAT (with Alibaba Cloud's metadata at 100.100.100.200), link-local (with the metadata
    /// at 169.254.169.254), protocol assignments, documentation, relays, benchmarks, multicast, reserved.
    private static let refused4 = [
        Network("0.0.0.0", 8), Network("10.0.0.0", 8), Network("100.64.0.0", 10), Network("169.254.0.0", 16),
        Network("172.16.0.0", 12), Network("192.0.0.0", 24), Network("192.0.2.0", 24), Network("192.88.99.0", 24),
        Network("192.168.0.0", 16), Network("198.18.0.0", 15), Network("198.51.100.0", 24),
        Network("203.0.113.0", 24), Network("224.0.0.0", 4), Network("240.0.0.0", 4),
    ]
    /// Of version 6 only global unicast, and of that no tunnels (which hide an address of version 4) nor documentation.
    private static let global6 = Network("2000::", 3)
    private static let refused6 = [
        Network("2001::", 23), Network("2001:db8::", 32), Network("2002::", 16), Network("3fff::", 20),
    ]
    private static let mapped4 = Network("::ffff:0:0", 96)
    private static let translated4 = Network("64:ff9b::", 96)

    /// Whether messages may be sent there. O(rules).
    public func allows(_ address: IPAddress) -> Bool {
        let bytes = address.bytes
        if bytes.count == 16, Self.mapped4.contains(bytes) || Self.translated4.contains(bytes) {
            return allows(IPAddress(bytes: Array(bytes.suffix(4))))
        }
        if Self.loopback.contains(where: { $0.contains(bytes) }) { return allowsLoopback }
        if bytes.count == 4 { return !Self.refused4.contains { $0.contains(bytes) } }
        return Self.global6.contains(bytes) && !Self.refused6.contains { $0.contains(bytes) }
    }

    /// The address to connect to, if *all* that a name resolves to are allowed: the first, then with each attempt the next;
    /// `nil`: refuse.
    ///
    /// - Parameter attempt: counted from 1.
    public func choose(from addresses: [IPAddress], attempt: Int = 1) -> IPAddress? {
        precondition(attempt > 0, "attempts count from 1")
        guard !addresses.isEmpty, addresses.allSatisfy(allows) else { return nil }
        return addresses[(attempt - 1) % addresses.count]
    }
}
