import Logging
import Synchronization

@testable import SettlementJournal

/// A cell that says which it is, with zeros where a cell may have them.
func cell(_ shard: Int, _ sequence: UInt64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    bytes[0] = UInt8(shard + 1)
    bytes.store(sequence, at: 8)
    bytes.store(sequence &* 0x9e37_79b9_7f4a_7c15, at: 56)
    return bytes
}

/// The first cells of some shards, made once: making them is the slow part of these tests.
private let madeCells: [[UInt8]] = (0..<4).map { shard in
    var bytes: [UInt8] = []
    for sequence in 1...2000 { bytes += cell(shard, UInt64(sequence)) }
    return bytes
}

func cells(_ shard: Int, _ sequences: ClosedRange<UInt64>) -> [UInt8] {
    Array(madeCells[shard][Int(sequences.lowerBound - 1) * 64..<Int(sequences.upperBound) * 64])
}

/// What a journal gave back.
struct Recovered: Equatable {
    var sections: [Int: [[UInt8]]] = [:]
    var beganAt: [Int: UInt64] = [:]
    var cells: [Int: [UInt8]] = [:]
    var firstSequences: [Int: UInt64] = [:]

    mutating func take(_ part: RecoveredPart, _ bytes: RawSpan) {
        var data: [UInt8] = []
        data.append(bytes)
        switch part {
        case .snapshotSection(let shard, let beganAt):
            sections[shard, default: []].append(data)
            self.beganAt[shard] = beganAt
        case .cells(let shard, let firstSequence):
            let known = UInt64((cells[shard]?.count ?? 0) / 64)
            if let first = firstSequences[shard] {
                precondition(first + known == firstSequence, "recovery left a gap")
            } else {
                firstSequences[shard] = firstSequence
            }
            cells[shard, default: []] += data
        }
    }

    /// The last sequence whose effect is in what was recovered.
    func head(_ shard: Int) -> UInt64 {
        guard let first = firstSequences[shard] else { return beganAt[shard] ?? 0 }
        return first + UInt64((cells[shard]?.count ?? 0) / 64) - 1
    }

    /// Whether every recovered cell is the one that was staged, none is missing up to the head, and snapshots are whole.
    func isRight(shards: Int) -> Bool {
        (0..<shards).allSatisfy { shard in
            let began = beganAt[shard] ?? 0
            if let sections = sections[shard],
                sections != [snapshotSection(shard, began, 0), snapshotSection(shard, began, 1)]
            {
                return false
            }
            guard let first = firstSequences[shard] else { return true }
            return first == began + 1 && cells[shard] == SettlementJournalTests.cells(shard, first...head(shard))
        }
    }
}

func snapshotSection(_ shard: Int, _ sequence: UInt64, _ index: Int) -> [UInt8] {
    Array(repeating: cell(shard, sequence), count: index + 1).flatMap { $0 } + [UInt8(index)]
}

let quiet = Logger(label: "journal") { _ in SwiftLogNoOpLogHandler() }

/// Small segments, so that a test can look at every byte.
func smallConfiguration(shards: Int = 2, segmentBytes: Int = 8192, groupBytesMax: Int = 5120) -> JournalConfiguration {
    JournalConfiguration(
        directory: "simulated",
        shardCount: shards,
        segmentBytes: segmentBytes,
        groupBytesMax: groupBytesMax,
        lowWaterBytes: 0,
        newIdentity: 0x1d1d_1d1d_1d1d_1d1d
    )
}

func openJournal(
    _ disk: SimulatedDisk,
    _ configuration: JournalConfiguration = smallConfiguration(),
    workers: InlineWorkers = InlineWorkers()
) throws(JournalOpenError) -> (journal: FileJournal, recovered: Recovered) {
    var recovered = Recovered()
    let journal = try FileJournal.open(configuration, storage: disk, workers: workers, logger: quiet) { part, bytes in
        recovered.take(part, bytes)
    }
    return (journal, recovered)
}

extension Journal {
    /// Stages the next `count` cells of a shard.
    @discardableResult
    func stageNext(_ count: UInt64, shard: Int) throws(JournalFailure) -> JournalTicket {
        let last = stagedSequence(shard: shard)
        return try stage(cells(shard, last + 1...last + count).span.bytes, shard: shard, after: last)
    }

    /// A snapshot of two sections that name the shard and the sequence.
    func snapshot(shard: Int) async throws(JournalFailure) {
        let sequence = stagedSequence(shard: shard)
        let writer = try beginSnapshot(shard: shard, at: sequence)
        try await writer.append(section: snapshotSection(shard, sequence, 0))
        try await writer.append(section: snapshotSection(shard, sequence, 1))
        try await writer.finish()
    }
}
