public import SettlementLedger

/// A domain behind a content delivery network: online, or offline for one or more reasons.
///
/// What its name resolves to is a pure function of the reasons and the time. Arrears end with their settlement, and the domain
/// comes back by itself; every other reason takes an act of its user or of the vendor.
public struct AcceleratedDomain: Sendable, Hashable {
    /// What the name resolves to.
    public enum Resolution: Sendable, Hashable {
        /// The nodes of the network: the domain is online.
        case edge
        /// The customer's own server.
        case origin
        /// The vendor's offline page.
        case offlinePage
        /// Nothing: the CNAME is deleted.
        case nothing
        /// Nothing: the configuration is released; the domain has to be added again.
        case released
    }

    /// A reason for being offline.
    public struct Offline: Sendable, Hashable {
        /// One reason.
        public var reason: StopReasons
        /// Since when.
        public var since: Timestamp
    }

    /// What may happen to a domain.
    public enum Event: Sendable, Hashable {
        /// The account's credit no longer meets its bills.
        case arrearsBegan
        /// All arrears are settled.
        case arrearsSettled
        /// Forbidden content was found.
        case violationFound
        /// The vendor has granted an appeal against a violation.
        case appealGranted
        /// The ICP filing has lapsed; means nothing outside of mainland China.
        case icpLapsed
        /// There is an ICP filing again; the domain waits for its user.
        case icpFiled
        /// The user takes the domain offline.
        case userStops
        /// The user takes the domain online.
        case userEnables
    }

    /// Why a user's wish changed nothing, the first that applies.
    public enum Refusal: Sendable, Hashable {
        /// Its configuration is gone: add it again.
        case released
        /// Only an appeal helps.
        case violation
        /// File for ICP first.
        case icpLapse
        /// Settle the arrears first; the domain comes back by itself then.
        case arrears
    }

    /// When arrears and lapsed filings park the name, and when the configuration is released.
    public let policy: ArrearsPolicy
    /// Whether the domain is accelerated in mainland China, where it needs an ICP filing.
    public let includesMainland: Bool
    /// Why the domain is offline, in the order in which it came; empty: it is online.
    public private(set) var offline: [Offline] = []
    /// Whether there is an ICP filing; a domain whose filing had lapsed waits for its user still.
    public private(set) var isFiled = true

    /// A domain that is online.
    public init(includesMainland: Bool, policy: ArrearsPolicy = .aliyunCDNDomain) {
        self.includesMainland = includesMainland
        self.policy = policy
    }

    /// What the name resolves to at an instant not before the latest event. Of several reasons the strictest decides.
    /// O(reasons · stages).
    public func resolution(at time: Timestamp) -> Resolution {
        offline.map { resolution(of: $0, at: time) }.max { $0.strictness < $1.strictness } ?? .edge
    }

    /// The reasons for being offline.
    public var reasons: StopReasons { offline.reduce(into: []) { $0.formUnion($1.reason) } }

    /// Takes what has happened. An event that changes nothing is no error.
    ///
    /// - Returns: why a user's wish was refused; `nil`: it was not.
    public mutating func take(_ event: Event, at time: Timestamp) -> Refusal? {
        if resolution(at: time) == .released { return event == .userEnables || event == .userStops ? .released : nil }
        switch event {
        case .arrearsBegan: goOffline(.arrears, at: time)
        case .arrearsSettled: comeBack(from: .arrears)
        case .violationFound: goOffline(.violation, at: time)
        case .appealGranted: comeBack(from: .violation)
        case .icpLapsed:
            guard includesMainland else { return nil }
            isFiled = false
            goOffline(.icpLapse, at: time)
        case .icpFiled: isFiled = true
        case .userStops: goOffline(.voluntary, at: time)
        case .userEnables: return enable()
        }
        return nil
    }

    private mutating func enable() -> Refusal? {
        if reasons.contains(.violation) { return .violation }
        if !isFiled { return .icpLapse }
        // What the user can undo is undone; arrears end by themselves.
        comeBack(from: .voluntary)
        comeBack(from: .icpLapse)
        return reasons.contains(.arrears) ? .arrears : nil
    }

    private mutating func goOffline(_ reason: StopReasons, at time: Timestamp) {
        guard !reasons.contains(reason) else { return }
        offline.append(Offline(reason: reason, since: time))
    }

    private mutating func comeBack(from reason: StopReasons) { offline.removeAll { $0.reason == reason } }

    private func resolution(of offline: Offline, at time: Timestamp) -> Resolution {
        switch offline.reason {
        case .violation: return .nothing
        case .voluntary: return .offlinePage
        default:
            func isPast(_ action: ArrearsAction) -> Bool {
                policy.time(of: action, arrearsStart: offline.since).map { $0 <= time } ?? false
            }
            if offline.reason == .arrears, isPast(.release) { return .released }
            return isPast(.parkDomain) ? .offlinePage : .origin
        }
    }
}

extension AcceleratedDomain.Resolution {
    fileprivate var strictness: Int {
        switch self {
        case .edge: 0
        case .origin: 1
        case .offlinePage: 2
        case .nothing: 3
        case .released: 4
        }
    }
}
