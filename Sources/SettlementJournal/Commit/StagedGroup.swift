/// The bytes one sync will cover: frames of any shards, whole or absent after a crash.
struct StagedGroup: Sendable {
    struct Frame: Hashable, Sendable {
        var kind: FrameHeader.Kind
        var shard: Int
        /// Where its header stands in `bytes`.
        var offset: Int
        var payloadBytes: Int
        var firstSequence: UInt64

        var lastSequence: UInt64 { firstSequence + UInt64(payloadBytes / Cell.byteCount) - 1 }
    }

    private static let blankHeader = [UInt8](repeating: 0, count: FrameHeader.byteCount)

    let number: UInt64
    /// Headers are left blank until ``seal(epoch:chain:segment:)``; payloads are in place.
    private(set) var bytes: [UInt8]
    private(set) var frames: [Frame] = []

    /// An empty group that writes into the memory of `buffer`.
    init(number: UInt64, buffer: consuming [UInt8] = []) {
        self.number = number
        self.bytes = buffer
        bytes.removeAll(keepingCapacity: true)
    }

    /// The group that says the journal was opened.
    static func epoch(number: UInt64) -> StagedGroup {
        var group = StagedGroup(number: number)
        group.frames.append(Frame(kind: .epoch, shard: 0, offset: 0, payloadBytes: 0, firstSequence: 0))
        group.appendBlankHeader()
        return group
    }

    var isEmpty: Bool { frames.isEmpty }
    /// Bytes on disk, with the commit frame.
    var sealedBytes: Int { bytes.count + FrameHeader.byteCount }

    /// Bytes on disk if `cells` bytes of `shard` were added.
    func sealedBytes(adding cells: Int, shard: Int) -> Int {
        sealedBytes + cells + (continues(shard) ? 0 : FrameHeader.byteCount)
    }

    /// Adds cells; neighbours of the same shard share a frame.
    mutating func append(_ cells: RawSpan, shard: Int, firstSequence: UInt64) {
        if continues(shard) {
            frames[frames.count - 1].payloadBytes += cells.byteCount
        } else {
            let frame = Frame(
                kind: .cells,
                shard: shard,
                offset: bytes.count,
                payloadBytes: cells.byteCount,
                firstSequence: firstSequence
            )
            frames.append(frame)
            appendBlankHeader()
        }
        bytes.append(cells)
    }

    /// Fills in the headers, adds the commit frame, and returns the chain behind it.
    mutating func seal(epoch: UInt32, chain: Chain, segment: UInt64) -> Chain {
        let commit = Frame(kind: .commit, shard: 0, offset: bytes.count, payloadBytes: 0, firstSequence: 0)
        appendBlankHeader()
        var chain = chain
        for frame in frames + [commit] {
            let payload =
                frame.offset + FrameHeader.byteCount..<frame.offset + FrameHeader.byteCount + frame.payloadBytes
            let header = FrameHeader(
                kind: frame.kind,
                shard: UInt16(frame.shard),
                payloadBytes: UInt32(frame.payloadBytes),
                epoch: epoch,
                firstSequence: frame.firstSequence,
                chain: chain,
                payloadChecksum: checksum(bytes.span.bytes, payload),
                groupOffset: UInt32(frame.offset),
                groupBytes: UInt32(bytes.count),
                segment: segment
            )
            chain = header.encode(into: &bytes, at: frame.offset)
        }
        return chain
    }

    private func continues(_ shard: Int) -> Bool { frames.last.map { $0.shard == shard && $0.kind == .cells } ?? false }

    private mutating func appendBlankHeader() {
        bytes.append(contentsOf: Self.blankHeader)
    }
}

extension StagedGroup {
    /// The group's memory, for another group.
    consuming func takeBuffer() -> [UInt8] { bytes }
}
