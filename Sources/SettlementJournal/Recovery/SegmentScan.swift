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
        case stopped(GroupFailure)
    }

    struct GroupFailure: Hashable, Sendable {
        var fault: GroupFault
        /// Where the frame begins that is not intact.
        var offset: Int
        /// Its header, as far as that is intact.
        var frame: FrameHeader?
        /// The header of the group's first frame, as far as that is intact: it knows how long the group is.
        var first: FrameHeader?
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
        func stopped(_ fault: GroupFault, _ frame: FrameHeader? = nil) -> Step {
            let first = frames.first?.header ?? frame
            return .stopped(GroupFailure(fault: fault, offset: cursor.offset, frame: frame, first: first))
        }
        while cursor.offset + FrameHeader.byteCount <= header.segmentBytes {
            switch FrameHeader.decode(bytes, at: cursor.offset) {
            case .zero: return stopped(.noHeader)
            case .damaged: return stopped(.damagedHeader)
            case .unknown: return stopped(.unknownKind)
            case .header(let frame, let chain):
                if let problem = misplacement(of: frame, at: cursor, after: frames.first?.header) {
                    return stopped(.misplaced(problem), frame)
                }
                let payload = cursor.offset + FrameHeader.byteCount..<cursor.offset + frame.frameBytes
                guard checksum(bytes, payload) == frame.payloadChecksum else { return stopped(.damagedPayload, frame) }
                frames.append(Frame(header: frame, payload: payload))
                cursor.offset = payload.upperBound
                cursor.chain = chain
                cursor.epoch = frame.epoch
                if frame.kind == .cells { cursor.sequences[Int(frame.shard)] = frame.lastSequence }
                if frame.kind == .commit {
                    position = cursor
                    return .group(frames)
                }
            }
        }
        // A group ends inside its segment, or it was refused at its first frame.
        return stopped(.noHeader)
    }

    /// What makes an intact header impossible at this place, or nil.
    private func misplacement(of frame: FrameHeader, at place: LogPosition, after first: FrameHeader?) -> String? {
        let groupStart = position.offset
        let end = place.offset + frame.frameBytes
        let expectedEpoch = frame.kind == .epoch ? place.epoch + 1 : place.epoch
        if frame.segment != header.start.segment { return "a frame of segment \(frame.segment)" }
        if frame.chain != place.chain { return "the chain to the frame before is broken" }
        if frame.epoch != expectedEpoch { return "epoch \(frame.epoch) instead of \(expectedEpoch)" }
        if Int(frame.groupOffset) != place.offset - groupStart { return "a frame of another group" }
        if let first, first.groupBytes != frame.groupBytes { return "a group of two sizes" }
        if frame.groupBytes > header.groupBytesMax || groupStart + Int(frame.groupBytes) > header.segmentBytes {
            return "a group larger than its segment allows"
        }
        if end - groupStart > frame.groupBytes || (frame.kind == .commit) != (end - groupStart == frame.groupBytes) {
            return "a group that does not end with its commit frame"
        }
        switch frame.kind {
        case .cells:
            guard Int(frame.shard) < header.shardCount else {
                return "shard \(frame.shard) of \(header.shardCount)"
            }
            if frame.payloadBytes == 0 || frame.payloadBytes % UInt32(Cell.byteCount) != 0 {
                return "half a cell"
            }
            let expected = place.sequences[Int(frame.shard)] + 1
            if frame.firstSequence != expected {
                return "sequence \(frame.firstSequence) instead of \(expected)"
            }
        case .epoch, .commit:
            if frame.payloadBytes != 0 { return "a payload where none belongs" }
        }
        return nil
    }
}
