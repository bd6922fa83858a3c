/// The start of a snapshot's file.
///
///     0 magic64  8 version32  12 shardCount32  16 identity64  24 shard32  28 zero32  32 generation64  40 beganAt64
///     48 zeros  60 checksum32
struct SnapshotHeader: Hashable, Sendable {
    static let byteCount = 64
    /// "SETTLSNP".
    static let magic: UInt64 = 0x504e_534c_5454_4553
    static let version: UInt32 = 1

    var identity: UInt64
    var shardCount: Int
    var shard: Int
    /// Grows by one per snapshot of the shard.
    var generation: UInt64
    /// Cells after this sequence have to be replayed on top.
    var beganAt: UInt64

    /// The chain in front of the first section.
    var chain: Chain {
        Chain(value: identity).linking(header: UInt32(shard), payload: UInt32(truncatingIfNeeded: generation))
    }

    func encoded() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.store(Self.magic, at: 0)
        bytes.store(Self.version, at: 8)
        bytes.store(UInt32(shardCount), at: 12)
        bytes.store(identity, at: 16)
        bytes.store(UInt32(shard), at: 24)
        bytes.store(generation, at: 32)
        bytes.store(beganAt, at: 40)
        bytes.store(checksum(bytes.span.bytes, 0..<60), at: 60)
        return bytes
    }

    static func decode(_ bytes: RawSpan) throws(FormatFault) -> SnapshotHeader {
        guard bytes.byteCount >= byteCount, bytes.integer(at: 0) == magic else { throw .damaged }
        guard bytes.integer(at: 60) == checksum(bytes, 0..<60) else { throw .damaged }
        let version: UInt32 = bytes.integer(at: 8)
        guard version == Self.version else { throw .unknownVersion(version) }
        return SnapshotHeader(
            identity: bytes.integer(at: 16),
            shardCount: Int(bytes.integer(at: 12, as: UInt32.self)),
            shard: Int(bytes.integer(at: 24, as: UInt32.self)),
            generation: bytes.integer(at: 32),
            beganAt: bytes.integer(at: 40)
        )
    }
}

/// In front of each section's bytes.
///
///     0 magic32  4 payloadBytes32  8 index64  16 chain64  24 payloadChecksum32  28 checksum32
struct SnapshotSectionHeader: Hashable, Sendable {
    static let byteCount = 32
    /// "Sse1".
    static let magic: UInt32 = 0x3165_7353

    var payloadBytes: Int
    var index: UInt64
    var chain: Chain
    var payloadChecksum: UInt32

    /// The header's bytes, and the chain behind the section.
    func encoded() -> (bytes: [UInt8], next: Chain) {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.store(Self.magic, at: 0)
        bytes.store(UInt32(payloadBytes), at: 4)
        bytes.store(index, at: 8)
        bytes.store(chain.value, at: 16)
        bytes.store(payloadChecksum, at: 24)
        let own = checksum(bytes.span.bytes, 0..<28)
        bytes.store(own, at: 28)
        return (bytes, chain.linking(header: own, payload: payloadChecksum))
    }

    /// Nil when the bytes are not an intact section header.
    static func decode(_ bytes: RawSpan) -> (header: SnapshotSectionHeader, next: Chain)? {
        let own: UInt32 = bytes.integer(at: 28)
        guard bytes.integer(at: 0) == magic, own == checksum(bytes, 0..<28) else { return nil }
        let header = SnapshotSectionHeader(
            payloadBytes: Int(bytes.integer(at: 4, as: UInt32.self)),
            index: bytes.integer(at: 8),
            chain: Chain(value: bytes.integer(at: 16)),
            payloadChecksum: bytes.integer(at: 24)
        )
        return (header, header.chain.linking(header: own, payload: header.payloadChecksum))
    }
}

/// The end of a snapshot's file: without it the snapshot was never finished.
///
///     0 magic64  8 sections64  16 chain64  24 endedAt64  32 fileBytes64  40 zeros  60 checksum32
struct SnapshotFooter: Hashable, Sendable {
    static let byteCount = 64
    /// "SETTLEND".
    static let magic: UInt64 = 0x444e_454c_5454_4553

    var sections: UInt64
    var chain: Chain
    /// The shard's last durable sequence when the snapshot was sealed: no section holds anything later.
    var endedAt: UInt64
    var fileBytes: Int

    func encoded() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.store(Self.magic, at: 0)
        bytes.store(sections, at: 8)
        bytes.store(chain.value, at: 16)
        bytes.store(endedAt, at: 24)
        bytes.store(UInt64(fileBytes), at: 32)
        bytes.store(checksum(bytes.span.bytes, 0..<60), at: 60)
        return bytes
    }

    static func decode(_ bytes: RawSpan) -> SnapshotFooter? {
        guard bytes.integer(at: 0) == magic, bytes.integer(at: 60) == checksum(bytes, 0..<60) else { return nil }
        return SnapshotFooter(
            sections: bytes.integer(at: 8),
            chain: Chain(value: bytes.integer(at: 16)),
            endedAt: bytes.integer(at: 24),
            fileBytes: Int(clamping: bytes.integer(at: 32, as: UInt64.self))
        )
    }
}
