/// How much of a product its customer gets.
public enum ServiceLevel: Sendable, Hashable {
    /// All of it.
    case full
    /// Slower, in bits a second.
    case throttled(bitsPerSecond: Int)
    /// Only what is marked as critical.
    case criticalOnly
    /// Nothing.
    case stopped
    /// Nothing, and the name leads to the vendor's offline page.
    case parked
    /// The resources are gone for ever.
    case released
}

extension ArrearsCase {
    /// What the restrictions in force leave of the product; the strictest decides. O(restrictions).
    public var level: ServiceLevel {
        if isReleased { return .released }
        return restrictions.reduce(.full) { level, restriction in
            guard let own = restriction.action.level, own.strictness > level.strictness else { return level }
            return own
        }
    }
}

extension ArrearsAction {
    /// The level that the action lets its product down to; `nil`: it does not touch it.
    var level: ServiceLevel? {
        switch self {
        case .throttle(let bitsPerSecond): .throttled(bitsPerSecond: bitsPerSecond)
        case .suspendNonCritical: .criticalOnly
        case .suspendAll: .stopped
        case .parkDomain: .parked
        case .release: .released
        case .remind, .attemptDeduction, .restorationFee, .blockPurchases, .invalidateAPIKeys, .purge: nil
        }
    }
}

extension ServiceLevel {
    /// Grows with what is taken away; of two throttles the slower one is stricter.
    fileprivate var strictness: Int {
        switch self {
        case .full: .min
        case .throttled(let bitsPerSecond): -bitsPerSecond
        case .criticalOnly: 1
        case .stopped: 2
        case .parked: 3
        case .released: 4
        }
    }
}
