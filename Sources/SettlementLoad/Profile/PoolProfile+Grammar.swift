extension Grammar where Value == PoolProfile {
    static let pool: Grammar = {
        let shards = Key("shards", .count(1...64), "Shards; 4 unless given.")
        let lanes = Key(
            "lanes",
            Grammar<PoolProfile.Lanes>.choice(),
            "two unless given; fifo: payments wait behind the month end and behind each other."
        )
        let admission = Key("admission", .admission, "What a shard admits before it answers that it is overloaded.")
        let journal = Key("journal", Grammar<PoolProfile.JournalKind>.choice(), "Where the journal is kept.")
        let directory = Key(
            "directory",
            .text("a directory"),
            "Directory of the journal; a temporary one unless given."
        )
        let sync = Key("sync", Grammar<PoolProfile.Sync>.choice(), "Whether a commit waits for the disk.")
        let groupBytes = Key(
            "groupBytes",
            .groupBytes,
            "Most bytes that one sync of the journal covers; 4MiB unless given."
        )
        let bulkChunk = Key(
            "bulkChunk",
            .duration(atLeast: 1_000),
            "How long a chunk of a month end may occupy its shard; 100us unless given."
        )
        let keys: [any KeyDescription] = [
            shards, lanes, admission, journal, directory, sync, groupBytes, bulkChunk,
        ]
        return .object("pool", keys: keys) { reader in
            var pool = PoolProfile()
            reader.read(shards) { pool.shards = Int($0) }
            reader.read(lanes) { pool.lanes = $0 }
            reader.read(admission) { admission in
                pool.admittedCommands = admission.commands ?? pool.admittedCommands
                pool.admittedBytes = admission.bytes ?? pool.admittedBytes
            }
            reader.read(journal) { pool.journal = $0 }
            reader.read(directory) { pool.directory = $0 }
            reader.read(sync) { pool.sync = $0 }
            reader.read(groupBytes) { pool.groupBytes = Int($0) }
            reader.read(bulkChunk) { pool.bulkChunkNanoseconds = $0 }
            if pool.journal == .memory, reader.has(directory) {
                reader.report("a journal in memory has no directory", at: directory)
            }
            return pool
        }
    }()
}

extension Grammar where Value == Int64 {
    /// What a group of the journal may hold: room for the largest command, and less than a segment.
    fileprivate static let groupBytes = bytes.checked("a size from 64KiB to 32MiB") { bytes in
        (64 << 10...32 << 20).contains(bytes) ? nil : "is out of range"
    }
}

/// The bound on what waits in front of a shard, as far as it is given.
struct Admission: Sendable {
    var commands: Int?
    var bytes: Int?
}

extension Grammar where Value == Admission {
    static let admission: Grammar = {
        let commands = Key("commands", .count(1...10_000_000), "Commands; 65,536 unless given.")
        let bytes = Key("bytes", .bytes, "Bytes; 16MiB unless given.")
        return .object("admission", keys: [commands, bytes]) { reader in
            Admission(commands: reader.value(commands).map { Int($0) }, bytes: reader.value(bytes).map { Int($0) })
        }
    }()
}
