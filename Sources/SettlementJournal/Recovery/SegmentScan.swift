/// Walks the groups of one segment that lies in memory, checking every byte.
struct SegmentScan: Sendable {
    /// A frame of an intact group; the payload lies at `payload` in the segment's bytes.
    struct Frame: Sendable {
        var header: FrameHeader
        var payload: Range<Int>
    }

    enum Step {
        case group([Frame])
        /// Here begins something that is not an intact group. The rest of the segment decides what it is.
        case stopped(GroupFault, header: FrameHeader?)
    }

    /// Why a group is not intact.
    enum GroupFault: Hashable, Sendable {
        /// Zeros where a header should be: the end of the log, or a lost sector.
        case noHeader
        case damagedHeader
        case damagedPayload
        /// Intact, but not what follows here: another chain, sequence, segment, epoch or group.
        case misplaced(String)
        case unknownKind

        /// Whether a write that was cut short can look like this.
        var canBeTorn: Bool {
            switch self {
            case .noHeader, .damagedHeader, .damagedPayload: true
            case .misplaced, .unknownKind: false
            }
        }
    }

    let header: SegmentHeader
    /// The end of the last intact group.
    private(set) var position: LogPosition

    init(header: SegmentHeader) {
        self.header = header
        position = header.start
    }

    /// Checks the next group and, when it is intact, moves behind it.
    mutating func next(in bytes: RawSpan) -> Step {
        var frames: [Frame] = []
        var cursor = position
        var first: FrameHeader?
        while true {
            guard cursor.offset + FrameHeader.byteCount <= header.segmentBytes else {
                return .stopped(
                    frames.isEmpty ? .noHeader : .misplaced("a group runs beyond its segment"),
                    header: first
                )
            }
            switch FrameHeader.decode(bytes, at: cursor.offset) {
            case .zero: return .stopped(.noHeader, header: first)
            case .damaged: return .stopped(.damagedHeader, header: first)
            case .unknown: return .stopped(.unknownKind, header: first)
            case .header(let frame, let chain):
                if let fault = misplacement(of: frame, at: cursor, after: first) {
                    return .stopped(fault, header: first ?? frame)
                }
                first = first ?? frame
                let payload = cursor.offset + FrameHeader.byteCount..<cursor.offset + frame.frameBytes
                guard checksum(bytes, payload) == frame.payloadChecksum else {
                    return .stopped(.damagedPayload, header: first)
                }
                frames.append(Frame(header: frame, payload: payload))
                cursor.offset = payload.upperBound
                cursor.chain = chain
                cursor.epoch = frame.epoch
                switch frame.kind {
                case .cells: cursor.sequences[Int(frame.shard)] = frame.lastSequence
                case .epoch: break
                case .commit:
                    position = cursor
                    return .group(frames)
                }
            }
        }
    }

    /// What makes an intact header impossible at this place, or nil.
    private func misplacement(of frame: FrameHeader, at place: LogPosition, after first: FrameHeader?) -> GroupFault? {
        let groupStart = position.offset
        let end = place.offset + frame.frameBytes
        let expectedEpoch = frame.kind == .epoch ? place.epoch + 1 : place.epoch
        func wrong(_ what: String) -> GroupFault { .misplaced(what) }
        if frame.segment != header.start.segment { return wrong("a frame of segment \(frame.segment)") }
        if frame.chain != place.chain { return wrong("the chain to the frame before is broken") }
        if frame.epoch != expectedEpoch { return wrong("epoch \(frame.epoch) instead of \(expectedEpoch)") }
        if Int(frame.groupOffset) != place.offset - groupStart { return wrong("a frame of another group") }
        if let first, first.groupBytes != frame.groupBytes { return wrong("a group of two sizes") }
        if frame.groupBytes > header.groupBytesMax || groupStart + Int(frame.groupBytes) > header.segmentBytes {
            return wrong("a group larger than its segment allows")
        }
        if end - groupStart > frame.groupBytes || (frame.kind == .commit) != (end - groupStart == frame.groupBytes) {
            return wrong("a group that does not end with its commit frame")
        }
        switch frame.kind {
        case .cells:
            guard Int(frame.shard) < header.shardCount else {
                return wrong("shard \(frame.shard) of \(header.shardCount)")
            }
            if frame.payloadBytes == 0 || frame.payloadBytes % UInt32(Cell.byteCount) != 0 {
                return wrong("half a cell")
            }
            let expected = place.sequences[Int(frame.shard)] + 1
            if frame.firstSequence != expected {
                return wrong("sequence \(frame.firstSequence) instead of \(expected)")
            }
        case .epoch, .commit:
            if frame.payloadBytes != 0 { return wrong("a payload where none belongs") }
        }
        return nil
    }
}
