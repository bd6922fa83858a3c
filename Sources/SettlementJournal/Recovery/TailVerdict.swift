/// What lies behind the last intact group of a segment.
///
/// A torn write is a group that was never acknowledged, of which the disk kept some sectors and lost others. Anything else
/// that is not zeros is damage, and cutting it off could cut off acknowledged groups. Since no written sector is all zero, a
/// lost sector shows. The cases, in the order in which they are decided:
///
/// | what stands behind the last intact group                                          | verdict         |
/// |-----------------------------------------------------------------------------------|-----------------|
/// | zeros to the end of the segment                                                    | end of the log  |
/// | an intact frame of an unknown kind                                                 | unknown kind    |
/// | an intact frame that does not belong here                                          | damage          |
/// | bytes beyond the extent of the group (its header's size, else the largest group)   | damage          |
/// | an intact frame header of a later group                                            | damage          |
/// | no header: the rest of its sector is not zero                                      | damage          |
/// | no header: the rest of its sector is zero                                          | torn write      |
/// | a header that is damaged                                                           | damage          |
/// | a group of which a whole sector is zero                                            | torn write      |
/// | a group of which every sector holds something                                      | damage          |
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
        at position: LogPosition,
        fault: SegmentScan.GroupFault,
        firstHeader: FrameHeader?
    ) -> TailVerdict {
        let start = position.offset
        guard let written = bytes.endOfNonZero(in: start..<segment.segmentBytes) else { return .end }
        switch fault {
        case .misplaced(let what): return .damaged(offset: start, reason: what)
        case .unknownKind: return .unknownKind
        case .noHeader, .damagedHeader, .damagedPayload: break
        }
        let extent = firstHeader.map { Int($0.groupBytes) } ?? segment.groupBytesMax
        let end = min(start + extent, segment.segmentBytes)
        if written > end { return .damaged(offset: written - 1, reason: "bytes where nothing was ever written") }
        if let later = laterGroup(bytes, groupStart: start, end: written) {
            return .damaged(offset: start, reason: "a broken group in front of an intact one at \(later)")
        }
        guard firstHeader != nil else {
            let headIsZero = bytes.isZero(in: start..<min(sectorEnd(start), segment.segmentBytes))
            return headIsZero ? .torn(start..<written) : .damaged(offset: start, reason: "a damaged frame header")
        }
        if hasLostSector(bytes, in: start..<end) { return .torn(start..<written) }
        return .damaged(
            offset: start,
            reason: "a group whose checksums do not match although no sector of it is missing"
        )
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
