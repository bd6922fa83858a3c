/// What lies behind the last intact group of a segment.
///
/// A torn write is a group that was never acknowledged, of which the disk kept some sectors and lost others. Anything else
/// that is not zeros is damage, and cutting it off could cut off acknowledged groups. No written sector is all zero and no
/// group ends in zeros, so what is missing shows, and no few flipped bits look like it. The cases, in the
/// order in which they are decided:
///
/// | what stands behind the last intact group                                          | verdict         |
/// |-----------------------------------------------------------------------------------|-----------------|
/// | zeros to the end of the segment                                                    | end of the log  |
/// | an intact frame of an unknown kind                                                 | unknown kind    |
/// | an intact frame that does not belong here                                          | damage          |
/// | an intact frame header of a later group                                            | damage          |
/// | bytes beyond the extent of the group (its header's size, else the largest group)   | damage          |
/// | no intact header: nothing but zeros behind its 64 bytes                            | torn write      |
/// | no intact header: all of its sector that belongs to the group is zero              | torn write      |
/// | no intact header: else                                                             | damage          |
/// | an intact header: the group's last bytes are zero (the write was cut short)        | torn write      |
/// | an intact header: a whole sector of the group is zero                              | torn write      |
/// | an intact header: else                                                             | damage          |
///
/// The caller then turns a torn write into damage where none can be: in a segment that is not the last, behind the mark of a
/// close in order, or when the log ends before its anchor.
enum TailVerdict: Hashable, Sendable {
    case end
    case torn(Range<Int>)
    case damaged(offset: Int, reason: String)
    /// Intact, but written by a version that knows more.
    case unknownKind

    private static let sectorBytes = 512

    static func examine(
        _ bytes: RawSpan,
        of segment: SegmentHeader,
        at start: Int,
        _ failure: SegmentScan.GroupFailure
    ) -> TailVerdict {
        guard let written = bytes.endOfNonZero(in: start..<segment.segmentBytes) else { return .end }
        switch failure.fault {
        case .misplaced(let what): return .damaged(offset: failure.offset, reason: what)
        case .unknownKind: return .unknownKind
        case .noHeader, .damagedHeader, .damagedPayload: break
        }
        if let later = laterGroup(bytes, groupStart: start, end: written) {
            return .damaged(offset: failure.offset, reason: "a broken group in front of an intact one at \(later)")
        }
        let extent = failure.first.map { Int($0.groupBytes) } ?? segment.groupBytesMax
        let end = min(start + extent, segment.segmentBytes)
        if written > end { return .damaged(offset: written - 1, reason: "bytes where nothing was ever written") }
        guard failure.first != nil else {
            let isCutShort = written <= start + FrameHeader.byteCount
            let lacksHead = bytes.isZero(in: start..<min(sectorEnd(start), segment.segmentBytes))
            if isCutShort || lacksHead { return .torn(start..<written) }
            return .damaged(offset: start, reason: "a damaged frame header")
        }
        let isCutShort = written <= end - MemoryLayout.size(ofValue: FrameHeader.trailer)
        if isCutShort || hasLostSector(bytes, in: start..<end) { return .torn(start..<written) }
        return .damaged(offset: failure.offset, reason: "a broken group of which no sector is missing")
    }

    private static func sectorEnd(_ offset: Int) -> Int { (offset / sectorBytes + 1) * sectorBytes }

    private static func hasLostSector(_ bytes: RawSpan, in group: Range<Int>) -> Bool {
        var offset = group.lowerBound
        while offset < group.upperBound {
            let end = min(sectorEnd(offset), group.upperBound)
            if bytes.isZero(in: offset..<end) { return true }
            offset = end
        }
        return false
    }

    /// The offset of an intact header whose group begins behind `groupStart`.
    private static func laterGroup(_ bytes: RawSpan, groupStart: Int, end: Int) -> Int? {
        for offset in stride(from: groupStart, to: end, by: FrameHeader.byteCount) {
            guard offset + FrameHeader.byteCount <= bytes.byteCount else { break }
            if case .header(let frame, _) = FrameHeader.decode(bytes, at: offset),
                offset - Int(frame.groupOffset) > groupStart
            {
                return offset
            }
        }
        return nil
    }
}
