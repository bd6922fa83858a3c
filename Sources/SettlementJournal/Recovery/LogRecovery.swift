internal import Logging

/// What recovery hands to the caller, in this order: per shard the sections of its newest intact snapshot, then all cells
/// later than the sequence at which that snapshot began, in the order of the log.
public enum RecoveredPart: Hashable, Sendable {
    /// One section as it was appended; the snapshot began at this sequence.
    case snapshotSection(shard: Int, beganAt: UInt64)
    /// Whole cells of one shard; the first has this sequence.
    case cells(shard: Int, firstSequence: UInt64)
}

/// Reads a journal's directory and decides what is true. Changes nothing before every check has passed.
struct LogRecovery {
    let storage: any JournalStorage
    let configuration: JournalConfiguration
    let logger: Logger

    /// The log as it was found.
    struct Outcome {
        var identity: UInt64
        var anchor: AnchorReading
        /// The header of the last segment, or nil in a new journal.
        var lastSegment: SegmentHeader?
        var position: LogPosition
        var torn: Range<Int>?
        var index: SegmentIndex
        var snapshots: SnapshotCatalog
        /// What was not as it should be and did no harm.
        var findings: [JournalFinding] = []
    }

    typealias Deliver = (RecoveredPart, RawSpan) throws -> Void
    typealias Take = (RecoveredPiece) throws(JournalOpenError) -> Void

    /// Delivers in the order of the log, in the caller's thread.
    func run(_ deliver: Deliver) throws(JournalOpenError) -> Outcome {
        try run { (piece) throws(JournalOpenError) in
            try piece.deliver(where: { _ in true }, from: storage, to: deliver)
        }
    }

    /// Delivers each shard's parts in order, those of different shards on several threads.
    func run(on lanes: RecoveryLanes) throws(JournalOpenError) -> Outcome {
        defer { lanes.finish() }
        let outcome = try run { (piece) throws(JournalOpenError) in try lanes.take(piece) }
        lanes.finish()
        try lanes.checkFailure()
        return outcome
    }

    private func run(taking take: Take) throws(JournalOpenError) -> Outcome {
        let names = try attempt { () throws(StorageError) in try storage.list() }
        if let outcome = try create(names) { return outcome }
        let outcome = try examine(names, take)
        for finding in outcome.findings { logger.warning("\(finding)") }
        return outcome
    }

    /// Checks everything a directory holds and hands it over. Writes nothing.
    func examine(_ names: [String], _ take: Take) throws(JournalOpenError) -> Outcome {
        let anchor = try AnchorReading.read(storage)
        let shardCount = anchor.newest.position.sequences.count
        guard shardCount == configuration.shardCount else {
            throw JournalOpenError(
                .shardCountMismatch,
                at: JournalPlace(file: FileName.anchor),
                "the journal has \(shardCount) shards, the configuration \(configuration.shardCount)",
                remedy: "The number of shards is fixed when a journal is created: configure \(shardCount)."
            )
        }
        let segments = names.compactMap(FileName.segmentNumber).sorted()
        guard let firstSegment = segments.first else {
            throw .missing(FileName.segment(max(1, anchor.newest.position.segment)))
        }
        var findings: [JournalFinding] = []
        if let slot = anchor.lostSlot { findings.append(.lostAnchorSlot(slot)) }
        let snapshots = try readSnapshots(identity: anchor.newest.identity, findings: &findings)
        let first = try readHeader(firstSegment)
        try checkCoverage(first.start, snapshots: snapshots)
        var walk = LogWalk(anchor: anchor, snapshots: snapshots, first: first, storage: storage)
        for shard in 0..<shardCount {
            if let summary = snapshots.newest(shard: shard) { try take(.snapshot(summary)) }
        }
        for number in segments {
            var segment = RecoveredSegment(number)
            try walk.visit(number, isLast: number == segments.last, into: &segment)
            try take(.segment(segment))
        }
        var outcome = try walk.finish()
        if let torn = outcome.torn { findings.append(.tornWrite(torn, segment: outcome.position.segment)) }
        outcome.findings = findings
        return outcome
    }

    /// Begins a journal in a directory that holds none, or nil when there are traces of one.
    private func create(_ names: [String]) throws(JournalOpenError) -> Outcome? {
        guard !names.contains(where: { FileName.segmentNumber($0) != nil || $0.hasPrefix("snapshot-") }) else {
            return nil
        }
        if names.contains(FileName.anchor) {
            // The process died between creating the anchor and the first segment; else segments are missing.
            let anchor = try AnchorReading.read(storage)
            let isNew = anchor.newest.position.segment == 0 && anchor.lostSlot == nil
            guard isNew, anchor.newest.position.sequences.count == configuration.shardCount else { return nil }
        } else {
            try attempt { () throws(StorageError) in
                try AnchorFile.create(
                    identity: configuration.newIdentity,
                    shardCount: configuration.shardCount,
                    storage: storage
                )
            }
            logger.info("created a journal of \(configuration.shardCount) shards")
        }
        let anchor = try AnchorReading.read(storage)
        return Outcome(
            identity: anchor.newest.identity,
            anchor: anchor,
            position: anchor.newest.position,
            index: SegmentIndex(start: anchor.newest.position),
            snapshots: SnapshotCatalog(shardCount: configuration.shardCount)
        )
    }

    func readHeader(_ number: UInt64) throws(JournalOpenError) -> SegmentHeader {
        var bytes = [UInt8](repeating: 0, count: SegmentHeader.byteCount(shardCount: configuration.shardCount))
        try attempt { () throws(StorageError) in
            let file = try storage.open(FileName.segment(number), .read)
            defer { storage.close(file) }
            _ = try storage.read(file, at: 0, into: &bytes)
        }
        return try SegmentHeader.decode(bytes.span.bytes, file: FileName.segment(number))
    }

    private func readSnapshots(
        identity: UInt64,
        findings: inout [JournalFinding]
    ) throws(JournalOpenError) -> SnapshotCatalog {
        let catalog = SnapshotCatalog(shardCount: configuration.shardCount)
        for shard in 0..<configuration.shardCount {
            for slot in 0..<2 {
                let file = FileName.snapshot(shard: shard, slot: slot)
                do throws(SnapshotFault) {
                    var reader = try SnapshotReader(name: file, storage: storage)
                    guard reader.header.identity == identity else {
                        throw .damaged(offset: 16, reason: "a snapshot of another journal")
                    }
                    catalog.record(try reader.verify(shard: shard, slot: slot))
                } catch {
                    switch error {
                    case .absent: break
                    case .unknownVersion(let version): throw .unknownVersion(version, JournalPlace(file: file))
                    case .damaged(let offset, let reason):
                        let place = JournalPlace(file: file, offset: offset, shard: shard)
                        findings.append(.uselessSnapshot(place, reason))
                    case .unreadable(let error):
                        findings.append(.uselessSnapshot(JournalPlace(file: file, shard: shard), "\(error)"))
                    }
                }
            }
        }
        return catalog
    }

    /// Every shard needs a snapshot at least as late as the oldest cells still in the log.
    private func checkCoverage(_ start: LogPosition, snapshots: SnapshotCatalog) throws(JournalOpenError) {
        for shard in 0..<configuration.shardCount {
            let beganAt = snapshots.newest(shard: shard)?.beganAt ?? 0
            guard start.sequences[shard] > beganAt else { continue }
            let place = JournalPlace(file: FileName.segment(start.segment), shard: shard, sequence: beganAt + 1)
            throw .noUsableSnapshot(
                place,
                "the log begins behind sequence \(start.sequences[shard]) and no intact snapshot reaches it"
            )
        }
    }

    private func attempt<Value>(_ body: () throws(StorageError) -> Value) throws(JournalOpenError) -> Value {
        do throws(StorageError) { return try body() } catch { throw JournalOpenError(reading: error) }
    }
}

extension SegmentHeader {
    /// Reads a header, naming the file in the error.
    static func decode(_ bytes: RawSpan, file: String) throws(JournalOpenError) -> SegmentHeader {
        do throws(FormatFault) {
            return try decode(bytes)
        } catch {
            let place = JournalPlace(file: file, offset: 0)
            switch error {
            case .damaged: throw .damaged(place, "a damaged segment header")
            case .unknownVersion(let version): throw .unknownVersion(version, place)
            }
        }
    }
}

extension JournalOpenError {
    static func replayRefused(_ place: JournalPlace, _ error: any Error) -> JournalOpenError {
        JournalOpenError(
            .replayRefused,
            at: place,
            "what was recovered was refused: \(error)",
            remedy: "The bytes are intact; expected a version that understands them."
        )
    }
}
