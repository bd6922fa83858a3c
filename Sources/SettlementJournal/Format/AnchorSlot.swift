/// One of the two slots of the anchor file: how far the log was known to reach.
///
/// The one thing a log cannot tell of itself is that acknowledged groups at its very end are gone. The anchor bounds it.
///
///     0 magic64  8 version32  12 shardCount32  16 identity64  24 generation64  32 segment64  40 offset64  48 chain64
///     56 epoch32  60 isClean32  64 sequences64[shardCount]  zeros … checksum32
struct AnchorSlot: Hashable, Sendable {
    /// "SETTLANC".
    static let magic: UInt64 = 0x434e_414c_5454_4553
    static let version: UInt32 = 1

    var identity: UInt64
    /// Grows by one with every write; the higher slot is the newer one.
    var generation: UInt64
    /// The journal was closed in order, and nothing lies behind `position`.
    var isClean: Bool
    /// A position with segment 0 stands for a journal that has no segment yet.
    var position: LogPosition

    /// Bytes of one slot: whole pages, so that a torn write of one cannot touch the other.
    static func byteCount(shardCount: Int) -> Int {
        (64 + 8 * shardCount + 4 + 4095) / 4096 * 4096
    }

    func encoded() -> [UInt8] {
        let count = Self.byteCount(shardCount: position.sequences.count)
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.store(Self.magic, at: 0)
        bytes.store(Self.version, at: 8)
        bytes.store(UInt32(position.sequences.count), at: 12)
        bytes.store(identity, at: 16)
        bytes.store(generation, at: 24)
        bytes.store(position.segment, at: 32)
        bytes.store(UInt64(position.offset), at: 40)
        bytes.store(position.chain.value, at: 48)
        bytes.store(position.epoch, at: 56)
        bytes.store(UInt32(isClean ? 1 : 0), at: 60)
        for (shard, sequence) in position.sequences.enumerated() { bytes.store(sequence, at: 64 + 8 * shard) }
        bytes.store(checksum(bytes.span.bytes, 0..<count - 4), at: count - 4)
        return bytes
    }

    /// Reads a slot that fills `bytes`.
    static func decode(_ bytes: RawSpan) throws(FormatFault) -> AnchorSlot {
        let count = bytes.byteCount
        guard count >= 4096, bytes.integer(at: 0) == magic else { throw .damaged }
        let version: UInt32 = bytes.integer(at: 8)
        guard bytes.integer(at: count - 4) == checksum(bytes, 0..<count - 4) else {
            throw .damaged
        }
        guard version == Self.version else { throw .unknownVersion(version) }
        let shardCount = Int(bytes.integer(at: 12, as: UInt32.self))
        guard JournalConfiguration.shardCounts.contains(shardCount), byteCount(shardCount: shardCount) == count else {
            throw .damaged
        }
        let position = LogPosition(
            segment: bytes.integer(at: 32),
            offset: Int(clamping: bytes.integer(at: 40, as: UInt64.self)),
            chain: Chain(value: bytes.integer(at: 48)),
            epoch: bytes.integer(at: 56),
            sequences: (0..<shardCount).map { bytes.integer(at: 64 + 8 * $0) }
        )
        return AnchorSlot(
            identity: bytes.integer(at: 16),
            generation: bytes.integer(at: 24),
            isClean: bytes.integer(at: 60, as: UInt32.self) == 1,
            position: position
        )
    }
}
