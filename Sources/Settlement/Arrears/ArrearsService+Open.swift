public import Logging
internal import SettlementJournal
internal import SettlementLedger

extension ArrearsService {
    /// Opens a service on what its journal remembers. A new one reads all changes of standing that the pool's journal holds.
    ///
    /// Nothing runs until ``run()``.
    ///
    /// - Parameters:
    ///   - policy: the rules; the same as when the journal was made.
    ///   - journal: the service's own, with one shard: not the pool's.
    ///   - source: where books are read: the pool.
    ///   - bus: where changes of standing come from: the pool's.
    ///   - actions: who carries orders out.
    ///   - seed: of the jitter between attempts.
    /// - Throws: ``ArrearsOpenError``.
    public static func open(
        _ policy: ArrearsPolicy,
        journal choice: JournalChoice,
        source: any ArrearsSource,
        bus: NotificationBus,
        actions: any ArrearsActions,
        settings: ArrearsSettings = ArrearsSettings(),
        clock: any SettlementClock = SystemClock(),
        seed: UInt64,
        logger: Logger
    ) throws(ArrearsOpenError) -> ArrearsService {
        let recovered = RecoveredArrears(policy: policy)
        let journal: any Journal
        do throws(JournalOpenError) {
            journal = try choice.openSingle(logger: logger) { recovered.take($0, $1) }
        } catch {
            throw .journal("\(error)")
        }
        if recovered.isDamaged { throw .foreign }
        if let found = recovered.fingerprint, found != policy.fingerprint { throw .policyChanged(policy.name) }
        if recovered.fingerprint == nil, journal.stagedSequence(shard: 0) > 0 { throw .foreign }
        return ArrearsService(
            recovered: recovered,
            journal: journal,
            source: source,
            bus: bus,
            actions: actions,
            settings: settings,
            clock: clock,
            seed: seed,
            logger: logger
        )
    }
}

/// Why an arrears service did not open.
public enum ArrearsOpenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What its journal says.
    case journal(String)
    /// The journal was not made by an arrears service, or by a newer version.
    case foreign
    /// The journal's cases were decided by other rules under this name.
    case policyChanged(String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .journal(let reason): reason
        case .foreign:
            "the journal holds what no arrears service of this version wrote; give the service its own directory"
        case .policyChanged(let name):
            "the journal's cases were decided by other rules of policy \(name); give the changed policy another name and "
                + "an empty directory: its cases are opened anew from the pool's journal"
        }
    }
}
