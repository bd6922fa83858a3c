import Settlement
import SettlementJournal

/// What the writer shall do, as its arguments say.
struct WriterSettings {
    enum Mode: String, CaseIterable {
        /// Submits the workload and acknowledges every durable outcome, until its count is reached or it is killed.
        case work
        /// Compares a journal with the acknowledgements on standard input.
        case check
        /// Counts what a journal holds.
        case census
        /// Opens accounts with bills of October.
        case populate
        /// Closes October while recharges arrive.
        case monthend
        /// Applies the workload in bulk, to have a large journal.
        case fill
        /// Opens the journal and says how long that took.
        case recover
    }

    var mode: Mode
    var directory: String
    var seed: UInt64 = 1
    /// Workers that submit side by side, each its own commands in order.
    var workers = 6
    /// Commands for each worker; 0: no end.
    var count: UInt64 = 0
    /// Commands that each worker has seen acknowledged in earlier lives.
    var done: [UInt64] = []
    /// Acknowledged commands that are submitted once more at the start.
    var again: UInt64 = 4
    /// Commands of the first worker between two snapshots; 0: none.
    var snapshotEvery: UInt64 = 0
    var accounts: UInt64 = 1_000
    var shards = 3
    var segmentBytes = 64 << 10
    var groupBytesMax = 16 << 10
    var lowWaterBytes = 0
    /// What a subscriber of the bus has taken, by shard; empty: there is none.
    var cursor: [UInt64] = []

    static let usage = """
        usage: crash-writer \(Mode.allCases.map(\.rawValue).joined(separator: "|")) DIRECTORY [--seed N] [--workers N] \
        [--count N] [--done N,N,…] [--again N] [--snapshot-every N] [--accounts N] [--shards N] [--segment-bytes N] \
        [--group-bytes N] [--low-water-bytes N] [--cursor N,N,…]
        """

    /// Reads the arguments behind the program's name; `nil`: they make no sense.
    init?(_ arguments: [String]) {
        guard arguments.count >= 2, let mode = Mode(rawValue: arguments[0]) else { return nil }
        self.mode = mode
        directory = arguments[1]
        var rest = arguments.dropFirst(2)
        while let name = rest.popFirst() {
            guard let text = rest.popFirst() else { return nil }
            let values = text.split(separator: ",").compactMap { UInt64($0) }
            guard let value = values.first, set(name, value, values) else { return nil }
        }
    }

    private mutating func set(_ name: String, _ value: UInt64, _ values: [UInt64]) -> Bool {
        switch name {
        case "--seed": seed = value
        case "--workers": workers = Int(value)
        case "--count": count = value
        case "--done": done = values
        case "--again": again = value
        case "--snapshot-every": snapshotEvery = value
        case "--accounts": accounts = value
        case "--shards": shards = Int(value)
        case "--segment-bytes": segmentBytes = Int(value)
        case "--group-bytes": groupBytesMax = Int(value)
        case "--low-water-bytes": lowWaterBytes = Int(value)
        case "--cursor": cursor = values
        default: return false
        }
        return true
    }

    var journal: JournalConfiguration {
        JournalConfiguration(
            directory: directory,
            shardCount: shards,
            segmentBytes: segmentBytes,
            groupBytesMax: groupBytesMax,
            lowWaterBytes: lowWaterBytes,
            // Short, so that the anchor and the free space are looked at often.
            anchorIntervalNanoseconds: 5_000_000
        )
    }

    /// Commands that `worker` has seen acknowledged.
    func done(by worker: Int) -> UInt64 { worker < done.count ? done[worker] : 0 }
}
