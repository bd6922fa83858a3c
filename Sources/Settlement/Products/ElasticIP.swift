public import SettlementLedger

/// A public address whose traffic is slowed down, not stopped, while its account does not pay.
public struct ElasticIP: Sendable, Hashable {
    /// The bandwidth that was bought, in bits a second.
    public let bandwidth: Int
    /// Its way through the policy.
    public var arrears: ArrearsCase

    /// An address with a bandwidth above zero.
    ///
    /// - Parameter time: nothing of the policy before this is told.
    public init(bandwidth: Int, policy: ArrearsPolicy = .aliyunEIP, at time: Timestamp) {
        precondition(bandwidth > 0, "an address needs a bandwidth above 0, not \(bandwidth)")
        self.bandwidth = bandwidth
        self.arrears = ArrearsCase(policy: policy, at: time)
    }

    /// What passes now, in bits a second; `nil`: the address went back to the vendor.
    public var allowedBandwidth: Int? {
        if arrears.isReleased { return nil }
        return arrears.restrictions.reduce(bandwidth) { allowed, restriction in
            switch restriction.action {
            case .throttle(let bitsPerSecond): min(allowed, bitsPerSecond)
            case .suspendAll: 0
            default: allowed
            }
        }
    }
}
