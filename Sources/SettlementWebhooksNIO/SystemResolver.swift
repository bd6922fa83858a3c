internal import SettlementWebhooks

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The system's name service.
///
/// Unsafe here alone: the C interface hands out a linked list, which is copied out and given back before the call returns.
enum SystemResolver {
    /// All addresses of a host, in the order in which the system would try them. Blocks.
    static func addresses(of host: String) throws(TransportFailure) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Darwin) || canImport(Musl)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else {
            throw TransportFailure(reason: "the name cannot be resolved")
        }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            // One of another family could not be checked, so the name is refused as a whole.
            guard let address = address(of: entry) else {
                throw TransportFailure(reason: "the name leads to an address that is neither IPv4 nor IPv6")
            }
            addresses.append(address)
            next = entry.ai_next
        }
        return addresses
    }

    /// By way of the address's text: its readers know no zones and no other families. `nil`: such a one.
    private static func address(of entry: addrinfo) -> IPAddress? {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer -> String? in
            guard
                getnameinfo(
                    entry.ai_addr,
                    entry.ai_addrlen,
                    buffer.baseAddress,
                    socklen_t(buffer.count),
                    nil,
                    0,
                    NI_NUMERICHOST
                ) == 0, let start = buffer.baseAddress
            else { return nil }
            return String(cString: start)
        }
        return text.flatMap { IPAddress($0) }
    }
}
