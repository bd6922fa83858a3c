@testable import SettlementJournal

/// A journal small enough to damage every byte of it.
struct SmallJournal {
    enum End: CaseIterable {
        /// Closed in order.
        case closed
        /// Killed, the anchor up to date.
        case killed
        /// Killed before the anchor learned of the last groups.
        case killedBeforeAnchor
    }

    static let configuration = smallConfiguration(segmentBytes: 4096, groupBytesMax: 2048)

    let disk = SimulatedDisk()
    /// What was acknowledged, per shard.
    let acknowledged: [UInt64]

    var segments: [String] { disk.names.filter { FileName.segmentNumber($0) != nil } }
    var snapshots: [String] { disk.names.filter { $0.hasPrefix("snapshot-") } }

    /// Three segments, two snapshots of shard 0, one of shard 1, a few groups of several shapes.
    init(_ end: End) async throws {
        let workers = InlineWorkers()
        let (journal, _) = try openJournal(disk, Self.configuration, workers: workers)
        try journal.stageNext(3, shard: 0)
        try await journal.snapshot(shard: 0)
        try journal.stageNext(20, shard: 1)
        try await journal.snapshot(shard: 1)
        try journal.stageNext(20, shard: 0)
        try await journal.snapshot(shard: 0)
        for count in 1...6 {
            try workers.holdCommits {
                try journal.stageNext(UInt64(count * 2), shard: 0)
                try journal.stageNext(1, shard: 1)
                try journal.stageNext(2, shard: 0)
            }
            if count == 4, end == .killedBeforeAnchor { workers.passTime() }
        }
        if end != .killedBeforeAnchor { workers.passTime() }
        acknowledged = [journal.durableSequence(shard: 0), journal.durableSequence(shard: 1)]
        if end == .closed { try await journal.close() }
        disk.killProcess()
    }
}

enum Verdict: Hashable {
    case refused(JournalOpenError.Code)
    /// The right state; whether anything was found that was not as it should be.
    case right(heads: [UInt64], isNoticed: Bool = false)
    case wrong
}

/// What opening would decide. Changes nothing on the disk.
func verdict(_ disk: SimulatedDisk, _ configuration: JournalConfiguration = SmallJournal.configuration) -> Verdict {
    var recovered = Recovered()
    do throws(JournalOpenError) {
        let recovery = LogRecovery(storage: disk, configuration: configuration, logger: quiet)
        let found = try recovery.run { part, bytes in recovered.take(part, bytes) }
        guard recovered.isRight(shards: configuration.shardCount) else { return .wrong }
        let heads = (0..<configuration.shardCount).map { recovered.head($0) }
        guard heads == found.position.sequences else { return .wrong }
        return .right(heads: heads, isNoticed: !found.findings.isEmpty)
    } catch {
        return .refused(error.code)
    }
}
