/// Walks all segments in order, checks that each goes on where the one before ended, and finds what snapshots lack.
struct LogWalk {
    private let anchor: AnchorReading
    private let snapshots: SnapshotCatalog
    private let beganAt: [UInt64]
    private let storage: any JournalStorage
    private let index: SegmentIndex
    private let firstSegment: UInt64
    /// What the next segment's header must say.
    private var position: LogPosition
    private var lastSegment: SegmentHeader
    private var metAnchor: Bool
    private var torn: Range<Int>?

    init(anchor: AnchorReading, snapshots: SnapshotCatalog, first: SegmentHeader, storage: any JournalStorage) {
        self.anchor = anchor
        self.snapshots = snapshots
        self.storage = storage
        beganAt = first.start.sequences.indices.map { snapshots.newest(shard: $0)?.beganAt ?? 0 }
        index = SegmentIndex(start: first.start)
        firstSegment = first.start.segment
        position = first.start
        lastSegment = first
        metAnchor = anchor.newest.position.segment < first.start.segment
    }

    /// Reads and checks one segment. When it throws, `segment` has what lies in front of the damage.
    mutating func visit(_ number: UInt64, isLast: Bool, into segment: inout RecoveredSegment) throws(JournalOpenError) {
        let name = segment.name
        segment.bytes = try load(name, isLast: isLast)
        let header = try SegmentHeader.decode(segment.bytes.span.bytes, file: name)
        try checkContinuity(header, number: number, bytes: segment.bytes.count)
        index.begin(at: header.start)
        lastSegment = header
        try compareWithAnchor(header.start)
        var scan = SegmentScan(header: header)
        while true {
            switch scan.next(in: segment.bytes.span.bytes) {
            case .group(let frames):
                segment.cells += frames.compactMap(missingCells)
                try accept(frames, behind: scan.position)
            case .stopped(let failure):
                let end = scan.position.offset
                let verdict = TailVerdict.examine(segment.bytes.span.bytes, of: header, at: end, failure)
                try judge(verdict, of: failure, name: name, isLast: isLast)
                position = scan.position
                return
            }
        }
    }

    /// The last checks, which need the end of the log.
    func finish() throws(JournalOpenError) -> LogRecovery.Outcome {
        let place = JournalPlace(file: FileName.segment(position.segment), offset: position.offset)
        let anchored = anchor.newest.position
        if !metAnchor {
            let problem = "the log was known to reach \(FileName.segment(anchored.segment)):\(anchored.offset)"
            throw position.isBefore(anchored)
                ? .behind(place, problem + " and ends before it") : .damaged(place, problem + ", where no group ends")
        }
        if anchor.isClean, position != anchored {
            throw .damaged(place, "groups behind the end of a journal that was closed in order")
        }
        for shard in position.sequences.indices {
            let endedAt = snapshots.newest(shard: shard)?.endedAt ?? 0
            guard position.sequences[shard] < endedAt else { continue }
            throw .behind(
                JournalPlace(file: place.file, offset: place.offset, shard: shard, sequence: position.sequences[shard]),
                "the shard's snapshot was taken when the log reached sequence \(endedAt)"
            )
        }
        return LogRecovery.Outcome(
            identity: lastSegment.identity,
            anchor: anchor,
            lastSegment: lastSegment,
            position: position,
            torn: torn,
            index: index,
            snapshots: snapshots
        )
    }

    private func load(_ name: String, isLast: Bool) throws(JournalOpenError) -> [UInt8] {
        do throws(StorageError) {
            let file = try storage.open(name, .read)
            defer { storage.close(file) }
            // What a failed sync lost may still stand in memory.
            if isLast { storage.forgetCache(of: file) }
            let size = try storage.size(of: file)
            var bytes = [UInt8](repeating: 0, count: size)
            let count = try storage.read(file, at: 0, into: &bytes)
            if count != size { bytes.removeLast(size - count) }
            return bytes
        } catch {
            throw JournalOpenError(reading: error)
        }
    }

    private func checkContinuity(_ header: SegmentHeader, number: UInt64, bytes: Int) throws(JournalOpenError) {
        let name = FileName.segment(number)
        let place = JournalPlace(file: name, offset: 0)
        guard header.identity == anchor.newest.identity, header.shardCount == anchor.newest.position.sequences.count
        else {
            throw .foreign(place, "a segment of another journal")
        }
        guard header.start.segment == number else {
            throw .foreign(place, "this is segment \(header.start.segment) under another name")
        }
        let isFirst = number == firstSegment
        guard isFirst || number == position.segment + 1 else {
            throw .missing(FileName.segment(position.segment + 1))
        }
        var expected = position
        expected.segment = number
        expected.offset = header.start.offset
        if isFirst, number == 1 {
            expected.chain = Chain(value: header.identity)
            expected.epoch = 0
            expected.sequences = expected.sequences.map { _ in 0 }
        }
        guard header.start == expected else {
            throw .foreign(place, "the segment does not go on where the one before it ends")
        }
        guard header.segmentBytes == bytes else {
            throw .damaged(
                JournalPlace(file: name, offset: bytes),
                "the file has \(bytes) bytes instead of \(header.segmentBytes)"
            )
        }
    }

    /// The cells of a frame that the shard's snapshot lacks.
    private func missingCells(of frame: SegmentScan.Frame) -> RecoveredSegment.Cells? {
        let shard = Int(frame.header.shard)
        guard frame.header.kind == .cells, frame.header.lastSequence > beganAt[shard] else { return nil }
        let first = max(frame.header.firstSequence, beganAt[shard] + 1)
        let start = frame.payload.lowerBound + Int(first - frame.header.firstSequence) * Cell.byteCount
        return RecoveredSegment.Cells(
            shard: shard,
            firstSequence: first,
            epoch: frame.header.epoch,
            payload: start..<frame.payload.upperBound
        )
    }

    private mutating func accept(
        _ frames: [SegmentScan.Frame],
        behind end: LogPosition
    ) throws(JournalOpenError) {
        index.extend(
            to: end.offset,
            chain: end.chain,
            epoch: end.epoch,
            lastSequences: frames.lazy.filter { $0.header.kind == .cells }.map {
                (shard: Int($0.header.shard), sequence: $0.header.lastSequence)
            }
        )
        try compareWithAnchor(end)
    }

    private mutating func compareWithAnchor(_ place: LogPosition) throws(JournalOpenError) {
        let anchored = anchor.newest.position
        guard place.segment == anchored.segment, place.offset == anchored.offset else {
            if anchored.segment == 0, place.segment == 1 { metAnchor = true }
            return
        }
        guard place == anchored else {
            throw .foreign(
                JournalPlace(file: FileName.segment(place.segment), offset: place.offset),
                "the log is not the one the anchor was written for"
            )
        }
        metAnchor = true
    }

    private mutating func judge(
        _ verdict: TailVerdict,
        of failure: SegmentScan.GroupFailure,
        name: String,
        isLast: Bool
    ) throws(JournalOpenError) {
        switch verdict {
        case .end: return
        case .torn(let range):
            let place = JournalPlace(file: name, offset: range.lowerBound)
            if !isLast { throw .damaged(place, "a broken group in front of a later segment") }
            if anchor.isClean { throw .damaged(place, "a broken group in a journal that was closed in order") }
            torn = range
        case .damaged(let offset, let reason):
            var place = JournalPlace(file: name, offset: offset)
            if let frame = failure.frame, frame.kind == .cells {
                place.shard = Int(frame.shard)
                place.sequence = frame.firstSequence
            }
            throw .damaged(place, reason)
        case .unknownKind:
            throw JournalOpenError(
                .unknownVersion,
                at: JournalPlace(file: name, offset: failure.offset),
                "a frame of a kind this version does not know",
                remedy: "Open it with the version that wrote it."
            )
        }
    }
}
