internal import SettlementLedger

/// One step of an arrears service's progress, as its journal keeps it: 64 bytes, the first never zero.
///
/// Facts are kept, not what followed from them: cases are values, so the same facts lead to the same orders again.
struct ArrearsCell: Hashable, BitwiseCopyable {
    enum Kind: UInt8 {
        /// An account's facts, learnt at `time`.
        case facts = 1
        /// The first `first` orders of an account are done; the last of them fell due at `time`.
        case done
        /// The user of a stop that outlasted its reason has ended it at `time`.
        case userResumed
        /// Order `first` was not carried out, because the account had paid.
        case withdrawn
        /// Notifications of shard `first` were taken up to `second`.
        case cursor
        /// The fingerprint of the policy is `first`.
        case policy
    }

    private static let hasArrears: UInt8 = 1
    private static let hasDeferral: UInt8 = 2
    private static let hasBill: UInt8 = 4
    private static let hasNotice: UInt8 = 8

    var rawKind: UInt8
    private var present: UInt8 = 0
    /// Overdue bills; 65,535 stands for more.
    private var count: UInt16 = 0
    var epoch: UInt32 = 0
    var account: UInt64
    var time: Int64
    var first: Int64 = 0
    var second: Int64 = 0
    private var third: Int64 = 0
    private var fourth: Int64 = 0
    private var fifth: Int64 = 0

    init(_ kind: Kind, account: AccountID = AccountID(0), time: Timestamp = Timestamp(nanoseconds: 0)) {
        rawKind = kind.rawValue
        self.account = account.rawValue
        self.time = time.rawValue
    }

    init(facts: ArrearsFacts, of account: AccountID, epoch: UInt32, at time: Timestamp) {
        self.init(.facts, account: account, time: time)
        self.epoch = epoch
        count = UInt16(clamping: facts.overdueBills)
        fifth = facts.owed.minorUnits
        first = facts.arrearsStart?.rawValue ?? 0
        second = facts.deferralStart?.rawValue ?? 0
        third = facts.earliestOverdueBill?.rawValue ?? 0
        fourth = facts.notice?.rawValue ?? 0
        present =
            (facts.arrearsStart == nil ? 0 : Self.hasArrears) | (facts.deferralStart == nil ? 0 : Self.hasDeferral)
            | (facts.earliestOverdueBill == nil ? 0 : Self.hasBill) | (facts.notice == nil ? 0 : Self.hasNotice)
    }

    var kind: Kind? { Kind(rawValue: rawKind) }

    /// What a cell of kind ``Kind/facts`` tells.
    var facts: ArrearsFacts {
        func time(_ bit: UInt8, _ value: Int64) -> Timestamp? {
            present & bit == 0 ? nil : Timestamp(nanoseconds: value)
        }
        return ArrearsFacts(
            arrearsStart: time(Self.hasArrears, first),
            deferralStart: time(Self.hasDeferral, second),
            earliestOverdueBill: time(Self.hasBill, third),
            notice: time(Self.hasNotice, fourth),
            owed: Amount(minorUnits: fifth),
            overdueBills: Int(count)
        )
    }

    /// Whole cells as they were staged.
    /// - Precondition: a whole number of cells.
    static func cells(in bytes: RawSpan) -> [ArrearsCell] {
        let size = MemoryLayout<ArrearsCell>.size
        precondition(size == 64 && bytes.byteCount % size == 0, "\(bytes.byteCount) bytes are not whole cells")
        // Safe: a cell is plain integers, so every bit pattern is one; the span bounds the loads.
        return bytes.withUnsafeBytes { source in
            (0..<source.count / size).map { source.loadUnaligned(fromByteOffset: $0 * size, as: ArrearsCell.self) }
        }
    }
}
