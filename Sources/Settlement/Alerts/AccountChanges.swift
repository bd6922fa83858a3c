internal import SettlementJournal
public import SettlementLedger

/// Which accounts have changed, read behind the hot path from what is durable.
public protocol AccountChanges: Sendable {
    /// By shard, the last durable sequence: where a reader begins that cares for the future only.
    var durableHeads: [UInt64] { get }

    /// The changes of a shard behind a sequence, at most about 4,096 entries of the journal.
    func changes(shard: Int, after sequence: UInt64) async throws(StandingUnavailable) -> AccountChangePage

    /// The figures of accounts, in the order asked; `nil`: no such account.
    func accounts(_ ids: [AccountID]) async throws(StandingUnavailable) -> [AccountView?]
}

/// A part of what has changed.
public struct AccountChangePage: Sendable, Hashable {
    /// What happened to one account on this page.
    public struct Change: Sendable, Hashable {
        /// Which account.
        public var account: AccountID
        /// Business time of the last change.
        public var time: Timestamp
        /// The sum of the bills that were issued.
        public var billed: Amount
        /// What happened to one account.
        public init(account: AccountID, time: Timestamp, billed: Amount = .zero) {
            self.account = account
            self.time = time
            self.billed = billed
        }
    }

    /// One for each account, in the order of their first change.
    public var changes: [Change]
    /// Up to where the page reaches.
    public var through: UInt64
    /// Whether changes before the page cannot be read any more.
    public var isGap: Bool
    /// A page.
    public init(changes: [Change], through: UInt64, isGap: Bool = false) {
        self.changes = changes
        self.through = through
        self.isGap = isGap
    }
}

extension SettlementPool: AccountChanges {
    /// By shard, the last durable sequence.
    public var durableHeads: [UInt64] { shards.indices.map { journal.durableSequence(shard: $0) } }

    /// Reads 256 KiB of the journal at most.
    public func changes(shard: Int, after sequence: UInt64) async throws(StandingUnavailable) -> AccountChangePage {
        do throws(JournalFailure) {
            switch try await journal.read(shard: shard, after: sequence, maxBytes: 256 << 10) {
            case .gone(let oldest): return AccountChangePage(changes: [], through: oldest - 1, isGap: true)
            case .cells(let bytes, let first):
                let entries = Entry.entries(in: bytes.span.bytes)
                return AccountChangePage(changes: Self.changes(entries), through: first + UInt64(entries.count) - 1)
            }
        } catch {
            throw StandingUnavailable(reason: "shard \(shard): \(error)")
        }
    }

    private static func changes(_ entries: [Entry]) -> [AccountChangePage.Change] {
        var changes: [AccountChangePage.Change] = []
        var places: [UInt64: Int] = [:]
        for entry in entries where entry.rawCurrency != 0 {
            let time = Timestamp(nanoseconds: entry.time)
            let place = places[entry.account] ?? changes.count
            if place == changes.count {
                places[entry.account] = place
                changes.append(AccountChangePage.Change(account: AccountID(entry.account), time: time))
            }
            changes[place].time = max(changes[place].time, time)
            if entry.kind == .billIssued {
                let sum = changes[place].billed.minorUnits.addingReportingOverflow(entry.amount)
                changes[place].billed = Amount(minorUnits: sum.overflow ? .max : sum.partialValue)
            }
        }
        return changes
    }

    /// One turn of each shard concerned. O(accounts).
    public func accounts(_ ids: [AccountID]) async throws(StandingUnavailable) -> [AccountView?] {
        try await books(of: ids).map { $0?.account }
    }
}
