internal import Settlement

/// Watches a pool from outside and contradicts it: a second set of books, kept from the journal by the plain rules.
///
/// It reads every entry in the order of the journal, recomputes what the command behind it must have done, and compares
/// that with the entries, with the outcomes that callers got, with standings and notifications, and with what comes back
/// after a crash. It believes only what the journal has called durable.
///
/// Confined to the thread of its universe, which is why it may call itself sendable.
final class Auditor: @unchecked Sendable {
    /// An account after one of its commands.
    struct Version {
        /// `nil`: not opened yet.
        var model: AccountModel?
        /// The command that led here; `nil` at the beginning.
        var command: Command?
        var outcome = Outcome()
    }

    /// The one use of an idempotency key.
    struct KeyUse {
        var command: Command
        var outcome: Outcome
    }

    struct Shard {
        /// Everything handed to the journal.
        var entries: [Entry] = []
        /// Entries that the books hold: all of them durable.
        var applied = 0
    }

    let policy: ModelPolicy
    private let now: () -> Int64
    var violations: [Violation] = []
    var shards: [Shard]
    /// Looked up, never iterated.
    var histories: [AccountID: [Version]] = [:]
    /// In the order of their opening.
    var accounts: [AccountID] = []
    var keys: [IdempotencyKey: KeyUse] = [:]
    /// What callers have asked for under each key.
    var intents: [IdempotencyKey: [Command]] = [:]
    /// How often each key was submitted.
    private(set) var submissions: [IdempotencyKey: Int] = [:]
    /// What callers have asked for without a key, and the journal has not shown yet.
    var keylessIntents: [Command] = []
    /// Months whose close was asked for.
    private(set) var monthsToClose: [Month] = []
    /// The bills that waited for each close when it was asked for: by month, then in the order of accounts.
    private var eligible: [Month: [(account: AccountID, bill: BillID)]] = [:]
    /// Told of each account that comes back to good standing, and of the epoch that begins then.
    var onClearing: (AccountID, UInt32) -> Void = { _, _ in }
    /// Told of each durable command, in a line.
    var onCommand: ((String) -> Void)?
    /// By shard, the sequence up to which the witness has seen every change of standing.
    var witnessed: [UInt64]

    init(policy: ModelPolicy, shardCount: Int, now: @escaping () -> Int64) {
        self.policy = policy
        self.now = now
        self.shards = [Shard](repeating: Shard(), count: shardCount)
        self.witnessed = [UInt64](repeating: 0, count: shardCount)
    }

    /// Entries that are known to be durable.
    var entriesApplied: Int { shards.reduce(0) { $0 + $1.applied } }

    /// Entries that were handed to the journals.
    var entriesStaged: Int { shards.reduce(0) { $0 + $1.entries.count } }

    func report(_ invariant: Invariant, _ message: String) {
        // The first ones tell the story; what follows from them does not.
        guard violations.count < 16 else { return }
        violations.append(Violation(invariant: invariant, message: message, time: now()))
    }

    /// The number of the account's newest version; older ones can no longer be seen by anybody who asks from now on.
    func version(of account: AccountID) -> Int { (histories[account]?.count ?? 1) - 1 }

    func versions(of account: AccountID, since first: Int) -> ArraySlice<Version> {
        (histories[account] ?? [Version()])[first...]
    }

    func model(of account: AccountID) -> AccountModel? { histories[account]?.last?.model }

    // MARK: What callers ask

    /// A command is about to be submitted, perhaps again.
    func expect(_ command: Command) {
        submissions[command.key, default: 0] += 1
        if command.key == .none {
            keylessIntents.append(command)
        } else if intents[command.key]?.contains(where: { $0.isSameRequest(as: command) }) != true {
            intents[command.key, default: []].append(command)
        }
    }

    /// The close of a month is about to begin.
    func expectClose(of month: Month) {
        monthsToClose.append(month)
        eligible[month] = accounts.flatMap { account in
            (model(of: account)?.bills ?? []).filter { $0.isFrozen && $0.bill.month <= month }.map {
                (account, $0.bill.id)
            }
        }
    }

    /// The close of a month has run to its end: nothing that was eligible still waits for it.
    func checkClosed(_ month: Month) {
        for (account, bill) in eligible[month] ?? [] where model(of: account)?.bill(bill)?.isFrozen == true {
            report(
                .monthEnd,
                "bill \(bill.rawValue) of account \(account.rawValue) still waits for the close of \(month)"
            )
        }
    }

    // MARK: What the journal takes

    func staged(_ entries: [Entry], shard: Int, after sequence: UInt64) {
        if shards[shard].entries.count != Int(sequence) {
            report(
                .denseSequence,
                "shard \(shard) staged after \(sequence), but \(shards[shard].entries.count) were staged"
            )
        }
        shards[shard].entries += entries
    }

    /// The journal says that everything up to here is durable.
    func advance(shard: Int, through sequence: UInt64) {
        let end = Int(sequence)
        while shards[shard].applied < min(end, shards[shard].entries.count) {
            let first = shards[shard].applied
            var last = first
            while last < end - 1, !shards[shard].entries[last].flags.contains(.endsCommand) { last += 1 }
            shards[shard].applied = last + 1
            apply(Array(shards[shard].entries[first...last]), shard: shard, sequence: UInt64(first + 1))
        }
    }
}

extension Command {
    /// The body of a request is everything but its time.
    func isSameRequest(as other: Command) -> Bool {
        account == other.account && key == other.key && operation == other.operation
    }
}
