/// A checked piece of a journal's directory, ready to be handed over. A shard's pieces go to it in order.
enum RecoveredPiece: Sendable {
    /// The newest intact snapshot of a shard.
    case snapshot(SnapshotSummary)
    case segment(RecoveredSegment)

    /// Whether it holds anything for a shard that `isWanted`.
    func concerns(_ isWanted: (Int) -> Bool) -> Bool {
        switch self {
        case .snapshot(let summary): isWanted(summary.shard)
        case .segment(let segment): segment.cells.contains { isWanted($0.shard) }
        }
    }

    /// Hands over what it holds for the shards that `isWanted`.
    func deliver(
        where isWanted: (Int) -> Bool,
        from storage: any JournalStorage,
        to take: LogRecovery.Deliver
    ) throws(JournalOpenError) {
        switch self {
        case .snapshot(let summary):
            if isWanted(summary.shard) { try Self.deliver(summary, from: storage, to: take) }
        case .segment(let segment):
            for cells in segment.cells where isWanted(cells.shard) {
                do {
                    let bytes = segment.bytes.span.bytes.extracting(cells.payload)
                    try take(.cells(shard: cells.shard, firstSequence: cells.firstSequence), bytes)
                } catch {
                    throw .replayRefused(segment.place(of: cells), error)
                }
            }
        }
    }

    private static func deliver(
        _ summary: SnapshotSummary,
        from storage: any JournalStorage,
        to take: LogRecovery.Deliver
    ) throws(JournalOpenError) {
        let file = FileName.snapshot(shard: summary.shard, slot: summary.slot)
        let place = JournalPlace(file: file, shard: summary.shard, sequence: summary.beganAt)
        do {
            var reader = try SnapshotReader(name: file, storage: storage)
            var section: [UInt8] = []
            while try reader.next(into: &section) == nil {
                try take(.snapshotSection(shard: summary.shard, beganAt: summary.beganAt), section.span.bytes)
            }
        } catch SnapshotFault.unreadable(let error) {
            throw JournalOpenError(reading: error)
        } catch let fault as SnapshotFault {
            throw .damaged(place, "a snapshot that was intact a moment ago: \(fault)")
        } catch {
            throw .replayRefused(place, error)
        }
    }
}

/// A segment in memory and, in the order of the log, the cells in it that snapshots lack.
struct RecoveredSegment: Sendable {
    /// Consecutive cells of one shard in one frame.
    struct Cells: Hashable, Sendable {
        var shard: Int
        var firstSequence: UInt64
        var epoch: UInt32
        /// Where they lie in the segment.
        var payload: Range<Int>
    }

    let name: String
    var bytes: [UInt8] = []
    var cells: [Cells] = []

    init(_ number: UInt64) { name = FileName.segment(number) }

    func place(of cells: Cells) -> JournalPlace {
        JournalPlace(file: name, offset: cells.payload.lowerBound, shard: cells.shard, sequence: cells.firstSequence)
    }
}
