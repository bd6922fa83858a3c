public import SettlementLedger

/// What arrives.
public enum ArrivalKind: Int, Sendable, Hashable, CaseIterable {
    /// A recharge.
    case recharge
    /// A manual write-off of one chosen bill.
    case writeOff
    /// A new bill.
    case bill
    /// A read.
    case query
    /// A user who presses start on an instance.
    case start
}

/// Something that arrives at its own time, however busy the system is.
public struct Arrival: Sendable, Hashable {
    /// When it is meant to arrive, in nanoseconds after the beginning of the run.
    public var time: Int64
    /// What arrives.
    public var kind: ArrivalKind
    /// Which account it is about, by index in the population.
    public var account: UInt32
    /// Its number among the arrivals of its kind; with the seed it makes an idempotency key.
    public var number: UInt64
    /// For recharges: what is paid in.
    public var amount: Amount
    /// A random number that chooses the bill or shapes a new one.
    public var draw: UInt64
}

extension ArrivalKind {
    /// The name of its key in a profile.
    public var name: String {
        switch self {
        case .recharge: "recharges"
        case .writeOff: "writeOffs"
        case .bill: "bills"
        case .query: "queries"
        case .start: "starts"
        }
    }

    var purpose: RandomStream.Purpose {
        switch self {
        case .recharge: .recharges
        case .writeOff: .writeOffs
        case .bill: .bills
        case .query: .queries
        case .start: .starts
        }
    }
}
