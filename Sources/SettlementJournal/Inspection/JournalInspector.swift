internal import Logging

/// Reads a journal that no service has open, with the code that recovers one. Writes nothing, not even a lock.
///
/// A journal in use may be read as well; its last group may then look cut short.
public struct JournalInspector {
    private let storage: any JournalStorage

    /// An inspector of a directory.
    public init(directory: String) {
        self.init(storage: FileStorage(directory: directory))
    }

    /// An inspector of a storage.
    public init(storage: any JournalStorage) {
        self.storage = storage
    }

    /// The process that has the journal open; `nil`: none, so that nothing changes while it is read.
    public var holder: String? { (storage as? FileStorage)?.holder }

    /// Checks every byte: what `verify` and `inspect` print.
    /// - Throws: when there is no readable anchor, since nothing could be said of the rest.
    public func report() throws(JournalOpenError) -> JournalReport {
        let names = try files()
        let anchor = try AnchorReading.read(storage)
        let position = anchor.newest.position
        var report = JournalReport(
            identity: anchor.newest.identity,
            shardCount: position.sequences.count,
            segments: [],
            snapshots: [],
            anchor: JournalReport.Anchor(
                segment: position.segment,
                offset: position.offset,
                sequences: position.sequences,
                isClean: anchor.isClean
            ),
            findings: []
        )
        for number in names.compactMap(FileName.segmentNumber).sorted() {
            if let segment = summary(of: number) { report.segments.append(segment) }
        }
        for shard in 0..<report.shardCount {
            for slot in 0..<2 {
                if let snapshot = summary(ofSnapshot: slot, shard: shard) { report.snapshots.append(snapshot) }
            }
        }
        do throws(JournalOpenError) {
            report.findings = try recovery(anchor).examine(names) { _ in }.findings
        } catch {
            report.findings = [JournalFinding(error)]
        }
        return report
    }

    /// Visits every frame of cells that is still in the log, in order: what `export` prints. The cells are valid during
    /// the call only.
    /// - Throws: at the first damage, after the frames in front of it; or what `body` throws, as `replayRefused`.
    public func forEachFrame(_ body: (JournalFrame, RawSpan) throws -> Void) throws(JournalOpenError) {
        let anchor = try AnchorReading.read(storage)
        let segments = try files().compactMap(FileName.segmentNumber).sorted()
        guard let first = segments.first else { return }
        let header = try recovery(anchor).readHeader(first)
        // Without snapshots the walk delivers everything there is.
        let none = SnapshotCatalog(shardCount: header.shardCount)
        var walk = LogWalk(anchor: anchor, snapshots: none, first: header, storage: storage)
        for number in segments {
            var segment = RecoveredSegment(number)
            var failure: JournalOpenError?
            do throws(JournalOpenError) {
                try walk.visit(number, isLast: number == segments.last, into: &segment)
            } catch {
                failure = error
            }
            try visit(segment, body)
            if let failure { throw failure }
        }
    }

    private func visit(
        _ segment: RecoveredSegment,
        _ body: (JournalFrame, RawSpan) throws -> Void
    ) throws(JournalOpenError) {
        for cells in segment.cells {
            let frame = JournalFrame(
                file: segment.name,
                offset: cells.payload.lowerBound - FrameHeader.byteCount,
                shard: cells.shard,
                epoch: cells.epoch,
                firstSequence: cells.firstSequence,
                cells: cells.payload.count / Cell.byteCount
            )
            do {
                try body(frame, segment.bytes.span.bytes.extracting(cells.payload))
            } catch {
                throw .replayRefused(segment.place(of: cells), error)
            }
        }
    }

    private func files() throws(JournalOpenError) -> [String] {
        do throws(StorageError) { return try storage.list() } catch { throw JournalOpenError(reading: error) }
    }

    private func recovery(_ anchor: AnchorReading) -> LogRecovery {
        let shardCount = anchor.newest.position.sequences.count
        return LogRecovery(
            storage: storage,
            configuration: JournalConfiguration(directory: "", shardCount: shardCount),
            logger: Logger(label: "settlement.journal") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// What one segment holds, whatever its neighbours are; nil when not even its header can be read.
    private func summary(of number: UInt64) -> JournalReport.Segment? {
        let name = FileName.segment(number)
        guard let bytes = try? storage.contents(of: name), let header = try? SegmentHeader.decode(bytes.span.bytes),
            header.segmentBytes <= bytes.count
        else { return nil }
        var segment = JournalReport.Segment(
            file: name,
            number: number,
            bytes: bytes.count,
            usedBytes: 0,
            groups: 0,
            frames: 0,
            cells: 0,
            epochs: header.start.epoch...header.start.epoch,
            startSequences: header.start.sequences,
            endSequences: []
        )
        var scan = SegmentScan(header: header)
        while case .group(let frames) = scan.next(in: bytes.span.bytes) {
            segment.groups += 1
            for frame in frames where frame.header.kind == .cells {
                segment.frames += 1
                segment.cells += frame.payload.count / Cell.byteCount
            }
        }
        segment.usedBytes = scan.position.offset
        segment.epochs = header.start.epoch...scan.position.epoch
        segment.endSequences = scan.position.sequences
        return segment
    }

    private func summary(ofSnapshot slot: Int, shard: Int) -> JournalReport.Snapshot? {
        guard let found = try? SnapshotReader.verify(shard: shard, slot: slot, storage: storage) else { return nil }
        return JournalReport.Snapshot(
            file: FileName.snapshot(shard: shard, slot: slot),
            shard: shard,
            beganAt: found.beganAt,
            endedAt: found.endedAt,
            sections: found.sections,
            bytes: found.bytes
        )
    }
}
