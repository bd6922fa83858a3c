/// The 64 bytes in front of every payload of the log.
///
/// Aligned to 64 bytes, so it never straddles a sector, and never zero. It has a checksum of its own, so that a damaged
/// length is not mistaken for the end of the log.
///
///     0 magic32  4 payloadBytes32  8 shard16  10 kind8  11 zero8  12 epoch32  16 firstSequence64  24 chain64
///     32 payloadChecksum32  36 zero32  40 groupOffset32  44 groupBytes32  48 segment64  56 checksum32  60 trailer32
struct FrameHeader: Hashable, Sendable {
    static let byteCount = 64
    /// "Sfr1" and its complement.
    static let magic: UInt32 = 0x3172_6653
    static let trailer: UInt32 = ~magic

    enum Kind: UInt8, Sendable {
        /// Cells of one shard.
        case cells = 1
        /// The journal was opened: the epoch grew by one.
        case epoch = 2
        /// The end of a group. A group without it was never acknowledged.
        case commit = 3
    }

    var kind: Kind
    var shard: UInt16 = 0
    /// A whole number of cells.
    var payloadBytes: UInt32 = 0
    var epoch: UInt32
    /// The sequence of the first cell, or 0 without cells.
    var firstSequence: UInt64 = 0
    /// The chain in front of this frame.
    var chain: Chain
    var payloadChecksum: UInt32 = 0
    /// Where this frame begins in its group: tells a frame of a torn group from a later group.
    var groupOffset: UInt32
    var groupBytes: UInt32
    var segment: UInt64

    /// Bytes from this frame's first to the next frame's first.
    var frameBytes: Int { Self.byteCount + Int(payloadBytes) }
    /// The sequence of the last cell.
    var lastSequence: UInt64 { firstSequence + UInt64(payloadBytes / UInt32(Cell.byteCount)) - 1 }

    /// Writes the header and returns the chain behind the frame.
    func encode(into bytes: inout [UInt8], at offset: Int) -> Chain {
        bytes.store(Self.magic, at: offset)
        bytes.store(payloadBytes, at: offset + 4)
        bytes.store(shard, at: offset + 8)
        bytes.store(kind.rawValue, at: offset + 10)
        bytes.store(UInt8(0), at: offset + 11)
        bytes.store(epoch, at: offset + 12)
        bytes.store(firstSequence, at: offset + 16)
        bytes.store(chain.value, at: offset + 24)
        bytes.store(payloadChecksum, at: offset + 32)
        bytes.store(UInt32(0), at: offset + 36)
        bytes.store(groupOffset, at: offset + 40)
        bytes.store(groupBytes, at: offset + 44)
        bytes.store(segment, at: offset + 48)
        let own = checksum(bytes.span.bytes, offset..<offset + 56)
        bytes.store(own, at: offset + 56)
        bytes.store(Self.trailer, at: offset + 60)
        return chain.linking(header: own, payload: payloadChecksum)
    }

    enum Decoded {
        case header(FrameHeader, next: Chain)
        /// Nothing was ever written here, or it was lost.
        case zero
        case damaged
        /// Intact, but of a kind this version does not know.
        case unknown
    }

    /// Reads the 64 bytes at `offset`; says nothing about the payload.
    static func decode(_ bytes: RawSpan, at offset: Int) -> Decoded {
        guard bytes.integer(at: offset, as: UInt32.self) == magic else {
            return bytes.isZero(in: offset..<offset + byteCount) ? .zero : .damaged
        }
        let own: UInt32 = bytes.integer(at: offset + 56)
        guard own == checksum(bytes, offset..<offset + 56), bytes.integer(at: offset + 60) == trailer else {
            return .damaged
        }
        let kind = Kind(rawValue: bytes.integer(at: offset + 10))
        guard let kind, bytes.integer(at: offset + 11) == UInt8(0), bytes.integer(at: offset + 36) == UInt32(0) else {
            return .unknown
        }
        let header = FrameHeader(
            kind: kind,
            shard: bytes.integer(at: offset + 8),
            payloadBytes: bytes.integer(at: offset + 4),
            epoch: bytes.integer(at: offset + 12),
            firstSequence: bytes.integer(at: offset + 16),
            chain: Chain(value: bytes.integer(at: offset + 24)),
            payloadChecksum: bytes.integer(at: offset + 32),
            groupOffset: bytes.integer(at: offset + 40),
            groupBytes: bytes.integer(at: offset + 44),
            segment: bytes.integer(at: offset + 48)
        )
        return .header(header, next: header.chain.linking(header: own, payload: header.payloadChecksum))
    }
}

/// The unit of the log: 64 bytes whose first is never zero, so that no written sector is all zero.
public enum Cell {
    /// Bytes of one cell.
    public static let byteCount = 64
}
