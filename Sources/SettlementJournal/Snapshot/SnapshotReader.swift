/// A snapshot that is intact from its first byte to its last.
struct SnapshotSummary: Hashable, Sendable {
    var shard: Int
    /// 0 or 1: which of the shard's two files.
    var slot: Int
    var generation: UInt64
    var beganAt: UInt64
    var endedAt: UInt64
    var sections: Int
    var bytes: Int
}

/// Why a snapshot cannot be used.
enum SnapshotFault: Error, Hashable {
    case absent
    case damaged(offset: Int, reason: String)
    case unknownVersion(UInt32)
    case unreadable(StorageError)
}

/// Reads the sections of one snapshot in order, checking every byte.
struct SnapshotReader: ~Copyable {
    let header: SnapshotHeader
    private let source: SnapshotSource
    private var offset = SnapshotHeader.byteCount
    private var chain: Chain
    private var sections: UInt64 = 0

    init(name: String, storage: any JournalStorage) throws(SnapshotFault) {
        let source = try SnapshotSource.open(name, storage: storage)
        let bytes = try source.read(at: 0, count: SnapshotHeader.byteCount)
        let header: SnapshotHeader
        do throws(FormatFault) {
            header = try SnapshotHeader.decode(bytes.span.bytes)
        } catch {
            switch error {
            case .damaged: throw .damaged(offset: 0, reason: "a damaged snapshot header")
            case .unknownVersion(let version): throw .unknownVersion(version)
            }
        }
        self.header = header
        self.source = source
        chain = header.chain
    }

    /// Reads the next section into `section`, or returns the footer behind the last one.
    mutating func next(into section: inout [UInt8]) throws(SnapshotFault) -> SnapshotFooter? {
        if offset == source.byteCount - SnapshotFooter.byteCount {
            return try footer()
        }
        let headerBytes = try source.read(at: offset, count: SnapshotSectionHeader.byteCount)
        guard let (header, next) = SnapshotSectionHeader.decode(headerBytes.span.bytes) else {
            throw .damaged(offset: offset, reason: "a damaged section header")
        }
        let payload = offset + SnapshotSectionHeader.byteCount
        guard header.chain == chain, header.index == sections,
            header.payloadBytes <= source.byteCount - SnapshotFooter.byteCount - payload
        else {
            throw .damaged(offset: offset, reason: "a section that does not follow the one before")
        }
        section = try source.read(at: payload, count: header.payloadBytes)
        guard checksum(section.span.bytes, 0..<section.count) == header.payloadChecksum else {
            throw .damaged(offset: payload, reason: "a damaged section")
        }
        offset = payload + header.payloadBytes
        chain = next
        sections += 1
        return nil
    }

    private func footer() throws(SnapshotFault) -> SnapshotFooter {
        let bytes = try source.read(at: offset, count: SnapshotFooter.byteCount)
        guard let footer = SnapshotFooter.decode(bytes.span.bytes), footer.chain == chain, footer.sections == sections,
            footer.fileBytes == source.byteCount, footer.endedAt >= header.beganAt
        else {
            throw .damaged(offset: offset, reason: "a damaged end of the snapshot")
        }
        return footer
    }

    /// Reads the whole file and says what it holds.
    static func verify(shard: Int, slot: Int, storage: any JournalStorage) throws(SnapshotFault) -> SnapshotSummary {
        var reader = try SnapshotReader(name: FileName.snapshot(shard: shard, slot: slot), storage: storage)
        return try reader.verify(shard: shard, slot: slot)
    }

    /// Reads the rest of the file and says what it holds.
    mutating func verify(shard: Int, slot: Int) throws(SnapshotFault) -> SnapshotSummary {
        guard header.shard == shard else {
            throw .damaged(offset: 24, reason: "a snapshot of shard \(header.shard)")
        }
        var section: [UInt8] = []
        while true {
            guard let footer = try next(into: &section) else { continue }
            return SnapshotSummary(
                shard: shard,
                slot: slot,
                generation: header.generation,
                beganAt: header.beganAt,
                endedAt: footer.endedAt,
                sections: Int(sections),
                bytes: source.byteCount
            )
        }
    }
}

/// An open snapshot file; closed with the value.
private struct SnapshotSource: ~Copyable {
    let storage: any JournalStorage
    let file: StorageFile
    let byteCount: Int

    static func open(_ name: String, storage: any JournalStorage) throws(SnapshotFault) -> SnapshotSource {
        do throws(StorageError) {
            let file = try storage.open(name, .read)
            do throws(StorageError) {
                return SnapshotSource(storage: storage, file: file, byteCount: try storage.size(of: file))
            } catch {
                storage.close(file)
                throw error
            }
        } catch {
            throw error.reason == .notFound ? .absent : .unreadable(error)
        }
    }

    deinit { storage.close(file) }

    func read(at offset: Int, count: Int) throws(SnapshotFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let found: Int
        do throws(StorageError) {
            found = try storage.read(file, at: offset, into: &bytes)
        } catch {
            throw .unreadable(error)
        }
        guard found == count else { throw .damaged(offset: offset + found, reason: "the file ends too early") }
        return bytes
    }
}
