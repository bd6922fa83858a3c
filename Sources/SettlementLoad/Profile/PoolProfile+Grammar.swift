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
        return .object("pool", keys: [shards, lanes, admission, journal, directory, sync]) { reader in
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
            if pool.journal == .memory, reader.has(directory) {
                reader.report("a journal in memory has no directory", at: directory)
            }
            return pool
        }
    }()
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
