public import Settlement
public import SettlementLedger

/// What a profile's arrivals are sent to: a pool and the clouds behind it, or something that stands for them.
///
/// ``PoolTarget`` drives a real pool. Everything is called from many tasks at once.
public protocol LoadTarget: Sendable {
    /// Business time, for the commands that are sent.
    var now: Timestamp { get }
    /// Commands that wait in front of each shard now; empty where that is not known, as it is by default.
    var queueDepths: [Int] { get }
    /// Recharges and new bills; one answer for each command, in order.
    func submit(_ batch: CommandBatch) async -> [Submission]
    /// One open bill of the account, as `draw` chooses it, is paid by hand.
    /// - Returns: `nil`: the account has no open bill.
    func writeOffOneBill(of account: AccountID, draw: UInt64) async -> Submission?
    /// The account is read.
    func read(_ account: AccountID) async throws(SettlementError)
    /// A user presses start on the account's instances.
    func pressStart(of account: AccountID) async throws(SettlementError)
}

extension LoadTarget {
    /// Not known.
    public var queueDepths: [Int] { [] }
}

/// A pool, and what happens when a user presses start.
public struct PoolTarget: LoadTarget {
    /// What a press on start does in the cloud.
    public typealias Press = @Sendable (AccountID) async -> Void

    private let pool: SettlementPool
    private let press: Press

    /// - Parameter press: by default nothing happens beyond the look at the account.
    public init(_ pool: SettlementPool, press: @escaping Press = { _ in }) {
        self.pool = pool
        self.press = press
    }

    /// The pool's business time.
    public var now: Timestamp { pool.now }

    /// The pool's.
    public var queueDepths: [Int] { pool.queueDepths }

    /// Crosses into the pool's interactive lane.
    public func submit(_ batch: CommandBatch) async -> [Submission] { await pool.submit(batch) }

    /// Chooses one open bill of the account, as its owner would on a bill list, and pays it.
    public func writeOffOneBill(of account: AccountID, draw: UInt64) async -> Submission? {
        do throws(SettlementError) {
            let bills = try await pool.openBills(of: account)
            guard !bills.isEmpty else { return nil }
            let chosen = bills[Int(draw % UInt64(bills.count))].bill.id
            return await pool.writeOff([chosen], of: account)[0]
        } catch {
            return .failed(error)
        }
    }

    /// Reads the account.
    public func read(_ account: AccountID) async throws(SettlementError) { _ = try await pool.account(account) }

    /// A console shows the account and hands the wish to the cloud, which refuses what is locked for arrears.
    public func pressStart(of account: AccountID) async throws(SettlementError) {
        _ = try await pool.account(account)
        await press(account)
    }
}
