/// The rules that differ between vendors. They decide; they never change what the journal already tells.
public struct LedgerPolicy: Sendable, Hashable {
    /// How available credit is compared with the restart floor.
    public enum RestartComparison: Sendable, Hashable {
        /// Credit must exceed the floor (Alibaba Cloud: available credit > 0).
        case above
        /// Credit must reach the floor (Tencent Cloud: available credit ≥ 0).
        case atLeast
    }

    /// How available credit is compared with the restart floor.
    public var comparison: RestartComparison
    /// Minutes east of UTC at which billing months begin; 480 is China Standard Time.
    public var offsetMinutes: Int
    /// How many idempotency keys are remembered, the oldest forgotten first; at least 1.
    ///
    /// Memory is bounded by 80 to 96 bytes a key (a record of 64 bytes and its share of the table): 1 << 20 keys take
    /// 80 MiB. The memory is taken as keys arrive.
    public var keyRetention: Int
    /// Open bills that one account may have, at least 1. One command may pay them all, and its entries, two a bill at
    /// most, are journaled as one; a pool lowers this to what its journal takes at once.
    public var openBillsMax = 30_000
    /// By raw value of the currency.
    private var floors: [Amount]

    /// - Parameter restartFloor: available credit that an account must have, besides no due bill, to leave arrears;
    ///   zero for currencies not named.
    /// - Precondition: `keyRetention` is at least 1 and below 2³¹; `offsetMinutes` is within a day.
    public init(
        restartFloor: [Currency: Amount] = [:],
        comparison: RestartComparison = .above,
        offsetMinutes: Int = 480,
        keyRetention: Int = 1 << 20
    ) {
        precondition((1..<1 << 31).contains(keyRetention), "keyRetention must be 1 to 2^31 - 1, not \(keyRetention)")
        precondition(abs(offsetMinutes) <= 1_440, "offsetMinutes must be within a day, not \(offsetMinutes)")
        self.comparison = comparison
        self.offsetMinutes = offsetMinutes
        self.keyRetention = keyRetention
        self.floors = [.zero] + Currency.allCases.map { restartFloor[$0] ?? .zero }
    }

    /// The available credit at which an account may leave arrears. O(1).
    public func restartFloor(for currency: Currency) -> Amount { floors[Int(currency.rawValue)] }

    /// Whether a month has begun at `time`: a comparison, far cheaper than finding out which month it is. O(1).
    @inline(__always)
    func hasBegun(_ month: Month, at time: Timestamp) -> Bool {
        hasBegun(monthNumber: Int64(month.rawValue), at: time)
    }

    /// Whether a month is over at `time`. O(1).
    @inline(__always)
    func isOver(_ month: Month, at time: Timestamp) -> Bool {
        hasBegun(monthNumber: Int64(month.rawValue) + 1, at: time)
    }

    private func hasBegun(monthNumber: Int64, at time: Timestamp) -> Bool {
        let seconds = time.rawValue.flooredDivision(by: 1_000_000_000) + Int64(offsetMinutes) * 60
        return Month.firstDay(ofMonthNumber: monthNumber) * 86_400 <= seconds
    }

    /// The billing month of an instant. O(1).
    public func month(containing time: Timestamp) -> Month { Month(containing: time, offsetMinutes: offsetMinutes) }

    /// Whether the figures leave no question: good standing ends only when available credit is below zero.
    @inline(__always)
    static func staysGood(_ state: Standing.State, availableCredit: Int64) -> Bool {
        state == .good && availableCredit >= 0
    }

    /// The state that follows from an account's figures. Pure: the whole rule of arrears and of the clearing edge.
    ///
    /// - Good standing ends when available credit is below zero and no deferral covers the debt.
    /// - Arrears end when no bill is due and available credit is above the restart floor, or when a deferral covers the debt.
    public func state(
        after state: Standing.State,
        availableCredit: Amount,
        hasDueBills: Bool,
        deferral: Deferral?,
        currency: Currency,
        at time: Timestamp
    ) -> Standing.State {
        let isCovered = deferral?.covers(debt: max(.zero, -availableCredit), at: time) ?? false
        switch state {
        case .good:
            return availableCredit < .zero && !isCovered ? .arrears : .good
        case .arrears:
            if isCovered { return .good }
            let floor = restartFloor(for: currency)
            let mayRestart = comparison == .above ? availableCredit > floor : availableCredit >= floor
            return mayRestart && !hasDueBills ? .good : .arrears
        }
    }
}

extension Deferral {
    /// Whether the account may keep running with this debt at this time. A missing quota or end does not limit.
    public func covers(debt: Amount, at time: Timestamp) -> Bool {
        (quota.map { debt <= $0 } ?? true) && (until.map { time <= $0 } ?? true)
    }
}
