/// The start of a segment's file: what the log looked like when the segment began.
///
///     0 magic64  8 version32  12 shardCount32  16 identity64  24 segment64  32 chain64  40 segmentBytes64
///     48 epoch32  52 groupBytesMax32  56 headerBytes32  60 zero32  64 sequences64[shardCount]  zeros … checksum32
struct SegmentHeader: Hashable, Sendable {
    /// "SETTLSEG".
    static let magic: UInt64 = 0x4745_534c_5454_4553
    static let version: UInt32 = 1

    /// Drawn once when the journal is created; tells its files from those of another journal.
    var identity: UInt64
    var segmentBytes: Int
    /// The largest group that may stand in this segment: no torn write is longer.
    var groupBytesMax: Int
    /// The position of the first frame.
    var start: LogPosition

    var shardCount: Int { start.sequences.count }

    /// Bytes of the header: whole sectors, so that no frame shares one with it.
    static func byteCount(shardCount: Int) -> Int {
        (64 + 8 * shardCount + 4 + 511) / 512 * 512
    }

    func encoded() -> [UInt8] {
        let count = Self.byteCount(shardCount: shardCount)
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.store(Self.magic, at: 0)
        bytes.store(Self.version, at: 8)
        bytes.store(UInt32(shardCount), at: 12)
        bytes.store(identity, at: 16)
        bytes.store(start.segment, at: 24)
        bytes.store(start.chain.value, at: 32)
        bytes.store(UInt64(segmentBytes), at: 40)
        bytes.store(start.epoch, at: 48)
        bytes.store(UInt32(groupBytesMax), at: 52)
        bytes.store(UInt32(count), at: 56)
        for (shard, sequence) in start.sequences.enumerated() { bytes.store(sequence, at: 64 + 8 * shard) }
        bytes.store(checksum(bytes.span.bytes, 0..<count - 4), at: count - 4)
        return bytes
    }

    /// Reads a header from the start of a segment's bytes.
    static func decode(_ bytes: RawSpan) throws(FormatFault) -> SegmentHeader {
        guard bytes.byteCount >= 64, bytes.integer(at: 0) == magic else { throw .damaged }
        let version: UInt32 = bytes.integer(at: 8)
        let shardCount = Int(bytes.integer(at: 12, as: UInt32.self))
        guard JournalConfiguration.shardCounts.contains(shardCount) else { throw .damaged }
        let count = byteCount(shardCount: shardCount)
        guard bytes.byteCount >= count, bytes.integer(at: count - 4) == checksum(bytes, 0..<count - 4) else {
            throw version == Self.version ? .damaged : .unknownVersion(version)
        }
        guard version == Self.version else { throw .unknownVersion(version) }
        let start = LogPosition(
            segment: bytes.integer(at: 24),
            offset: count,
            chain: Chain(value: bytes.integer(at: 32)),
            epoch: bytes.integer(at: 48),
            sequences: (0..<shardCount).map { bytes.integer(at: 64 + 8 * $0) }
        )
        return SegmentHeader(
            identity: bytes.integer(at: 16),
            segmentBytes: Int(clamping: bytes.integer(at: 40, as: UInt64.self)),
            groupBytesMax: Int(bytes.integer(at: 52, as: UInt32.self)),
            start: start
        )
    }
}

/// Why a record cannot be read.
enum FormatFault: Error, Hashable {
    case damaged
    case unknownVersion(UInt32)
}
