/// What a stage of a policy does to an account or its resources.
public enum ArrearsAction: Sendable, Hashable {
    /// A message to the customer.
    case remind
    /// One more attempt to deduct what is owed from the customer's means of payment.
    case attemptDeduction
    /// Coming back costs a fee from now on.
    case restorationFee
    /// No purchase, upgrade or renewal.
    case blockPurchases
    /// API keys are refused.
    case invalidateAPIKeys
    /// Traffic is slowed down instead of stopped.
    case throttle(bitsPerSecond: Int)
    /// Everything that is not marked as critical is stopped.
    case suspendNonCritical
    /// Everything is stopped.
    case suspendAll
    /// The domain resolves to the vendor's offline page.
    case parkDomain
    /// Resources go back to the vendor. Nothing brings them back.
    case release
    /// The data that was kept is destroyed.
    case purge

    /// How long an action lasts.
    public enum Nature: Sendable, Hashable {
        /// It happens and is over.
        case momentary
        /// It holds until it is lifted.
        case restriction
        /// It is done once in a case and cannot be undone.
        case final
    }

    /// How long the action lasts.
    public var nature: Nature {
        switch self {
        case .remind, .attemptDeduction: .momentary
        case .blockPurchases, .invalidateAPIKeys, .throttle, .suspendNonCritical, .suspendAll, .parkDomain: .restriction
        case .restorationFee, .release, .purge: .final
        }
    }

    /// Whether it keeps resources from working, rather than the customer from ordering.
    public var stopsService: Bool {
        switch self {
        case .throttle, .suspendNonCritical, .suspendAll, .parkDomain: true
        case .remind, .attemptDeduction, .restorationFee, .blockPurchases, .invalidateAPIKeys, .release, .purge: false
        }
    }
}

/// Why a resource does not work.
public struct StopReasons: OptionSet, Sendable, Hashable {
    /// One bit a reason.
    public var rawValue: UInt8
    /// The reasons of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The account does not pay.
    public static let arrears = StopReasons(rawValue: 1)
    /// What was paid in advance has ended.
    public static let expiry = StopReasons(rawValue: 2)
    /// Unlawful or forbidden content.
    public static let violation = StopReasons(rawValue: 4)
    /// The ICP filing that mainland China asks of a domain has lapsed.
    public static let icpLapse = StopReasons(rawValue: 8)
    /// Its user has stopped it.
    public static let voluntary = StopReasons(rawValue: 16)
}
