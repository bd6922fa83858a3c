package import Logging
internal import SettlementJournal

/// What a service has to know again after a restart: values under keys, in a journal of the service's own.
///
/// The values are what the service makes of them; here they are bytes. Changes made together are kept together or not at
/// all. O(change) each; all values are in memory, and written anew when the journal has grown far beyond them.
package struct ServiceMemory: Sendable {
    /// What a value is about.
    package struct Key: Sendable, Hashable, Comparable {
        /// The service's numbering of what it keeps, from 1.
        package var kind: UInt8
        /// Which one of this kind.
        package var id: UInt64
        /// The value of this kind and number.
        package init(_ kind: UInt8, _ id: UInt64) {
            self.kind = kind
            self.id = id
        }
        package static func < (a: Self, b: Self) -> Bool { (a.kind, a.id) < (b.kind, b.id) }
    }

    /// A step of what is known.
    package enum Change: Sendable, Hashable {
        /// A value, in place of an earlier one.
        case keep(Key, [UInt8])
        /// No value any more.
        case forget(Key)
    }

    /// Changes that were handed to the journal.
    package struct Kept: Sendable {
        fileprivate let journal: any Journal
        fileprivate let ticket: JournalTicket?

        /// Waits until the changes outlast a crash: only then may they have effects.
        package func durable() async throws(SettlementError) {
            guard let ticket else { return }
            do throws(JournalFailure) {
                try await journal.durable(ticket)
            } catch {
                throw SettlementError(.journalFailed, "the memory of a service: \(error)")
            }
        }
    }

    private var values: [Key: [UInt8]]
    private let journal: any Journal
    private let logger: Logger
    private var sequence: UInt64
    /// Of the changes staged last.
    private var ticket: JournalTicket?
    private var cells = 0
    private var cellsSinceSnapshot = 0

    /// A memory over what a journal holds.
    ///
    /// - Parameters:
    ///   - choice: the service's own journal, with one shard.
    ///   - service: who remembers; another service's journal is refused.
    package static func open(
        _ choice: JournalChoice,
        of service: String,
        logger: Logger
    ) throws(ServiceMemoryError) -> ServiceMemory {
        let recovered = RecoveredValues()
        let journal: any Journal
        do throws(JournalOpenError) {
            journal = try choice.openSingle(logger: logger) { recovered.take($0, $1) }
        } catch {
            throw .journal("\(error)")
        }
        var memory = ServiceMemory(values: recovered.values, journal: journal, logger: logger)
        let mark = Array(service.utf8)
        guard !recovered.isDamaged, memory.sequence == 0 || memory.values[Self.mark] == mark else {
            throw .foreign(service: service)
        }
        if memory.sequence == 0 {
            do throws(SettlementError) {
                try memory.stage([.keep(Self.mark, mark)])
            } catch {
                throw .journal("\(error)")
            }
        }
        return memory
    }

    private static let mark = Key(0, 0)

    private init(values: [Key: [UInt8]], journal: any Journal, logger: Logger) {
        self.values = values
        self.journal = journal
        self.logger = logger
        self.sequence = journal.stagedSequence(shard: 0)
        self.cells = values.values.reduce(0) { $0 + RecordCells.count(bytes: $1.count) }
    }

    /// The value under a key; `nil`: none. O(1).
    package subscript(key: Key) -> [UInt8]? { values[key] }

    /// All values of a kind, ascending. O(all values).
    package func values(of kind: UInt8) -> [(id: UInt64, bytes: [UInt8])] {
        values.filter { $0.key.kind == kind }.sorted { $0.key < $1.key }.map { ($0.key.id, $0.value) }
    }

    /// Makes changes, and hands them to the journal behind those made before, with which they are durable.
    ///
    /// - Throws: when the journal takes nothing more; the service has to end then.
    @discardableResult
    package mutating func stage(_ changes: [Change]) throws(SettlementError) -> Kept {
        var bytes: [UInt8] = []
        for change in changes {
            switch change {
            case .keep(let key, let value):
                cells += RecordCells.count(bytes: value.count) - cellsHeld(key)
                values[key] = value
            case .forget(let key):
                cells -= cellsHeld(key)
                values[key] = nil
            }
            RecordCells.append(change, to: &bytes)
        }
        guard !bytes.isEmpty else { return Kept(journal: journal, ticket: ticket) }
        do throws(JournalFailure) {
            ticket = try journal.stage(bytes.span.bytes, shard: 0, after: sequence)
            sequence += UInt64(bytes.count / RecordCells.size)
            cellsSinceSnapshot += bytes.count / RecordCells.size
            return Kept(journal: journal, ticket: ticket)
        } catch {
            throw SettlementError(.journalFailed, "the memory of a service: \(error)")
        }
    }

    private func cellsHeld(_ key: Key) -> Int { values[key].map { RecordCells.count(bytes: $0.count) } ?? 0 }

    /// Ends the journal in order.
    package func close() async {
        do throws(JournalFailure) {
            try await journal.close()
        } catch {
            logger.error("the memory of a service did not close", metadata: ["error": "\(error)"])
        }
    }
}

/// Writing anew what is known.
extension ServiceMemory {
    /// All values at one moment, to be written behind the service's back.
    package struct Snapshot: Sendable {
        fileprivate let journal: any Journal
        fileprivate let logger: Logger
        fileprivate let sequence: UInt64
        fileprivate let sections: [[UInt8]]

        /// Writes it. A failure is logged and leaves the journal longer than it need be.
        package func write() async {
            do throws(JournalFailure) {
                let writer = try journal.beginSnapshot(shard: 0, at: sequence)
                for section in sections { try await writer.append(section: section) }
                try await writer.finish()
            } catch {
                logger.error("a snapshot of a service's memory failed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// What is to be written if the journal has become several times as long as what it tells; `nil`: it has not.
    package mutating func takeSnapshotIfDue() -> Snapshot? {
        guard cellsSinceSnapshot > 100_000 + 4 * cells else { return nil }
        cellsSinceSnapshot = 0
        var sections: [[UInt8]] = [[]]
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            if sections[sections.count - 1].count >= 32 << 10 { sections.append([]) }
            RecordCells.append(.keep(key, value), to: &sections[sections.count - 1])
        }
        return Snapshot(journal: journal, logger: logger, sequence: sequence, sections: sections)
    }
}

/// Why a service does not open on its memory.
public enum ServiceMemoryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What its journal says.
    case journal(String)
    /// The journal is of another service or of a newer version.
    case foreign(service: String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .journal(let reason): reason
        case .foreign(let service):
            "the journal holds what no \(service) service of this version wrote; give the service its own directory"
        }
    }
}
