public import SettlementLedger

/// The accelerated domains of one vendor, and the names that may not be added again.
public struct DomainRegister: Sendable, Hashable {
    /// Why a domain was not added.
    public enum Refusal: Sendable, Hashable {
        /// The name was found in violation; only an appeal takes it off the list.
        case blacklisted
        /// The name is there already.
        case exists
        /// A domain in mainland China needs an ICP filing.
        case notFiled
    }

    /// By name in lower case; looked up, never iterated.
    private var domains: [String: AcceleratedDomain] = [:]
    private var blacklist: Set<String> = []

    /// No domain.
    public init() {}

    /// A domain by its name, whatever its case; `nil`: there is none.
    public subscript(name: String) -> AcceleratedDomain? { domains[name.lowercased()] }

    /// Whether a name may not be added. O(1).
    public func isBlacklisted(_ name: String) -> Bool { blacklist.contains(name.lowercased()) }

    /// Adds a domain, online. One whose configuration was released by `time` makes way.
    ///
    /// - Returns: why not; `nil`: it was added.
    public mutating func add(
        _ name: String,
        includesMainland: Bool,
        isFiled: Bool,
        policy: ArrearsPolicy = .aliyunCDNDomain,
        at time: Timestamp
    ) -> Refusal? {
        let name = name.lowercased()
        if blacklist.contains(name) { return .blacklisted }
        if let domain = domains[name], domain.resolution(at: time) != .released { return .exists }
        if includesMainland && !isFiled { return .notFiled }
        domains[name] = AcceleratedDomain(includesMainland: includesMainland, policy: policy)
        return nil
    }

    /// Removes a domain; a blacklisted name stays on the list.
    public mutating func remove(_ name: String) { domains[name.lowercased()] = nil }

    /// Takes what has happened to a domain; a violation puts its name on the blacklist, a granted appeal takes it off.
    /// An appeal also helps a name whose domain was removed.
    ///
    /// - Returns: why a user's wish was refused; `nil`: it was not.
    public mutating func take(
        _ event: AcceleratedDomain.Event,
        of name: String,
        at time: Timestamp
    ) -> AcceleratedDomain.Refusal? {
        let name = name.lowercased()
        switch event {
        case .violationFound: blacklist.insert(name)
        case .appealGranted: blacklist.remove(name)
        default: break
        }
        return domains[name]?.take(event, at: time)
    }
}
