internal import Synchronization

/// A journal that keeps its order and forgets everything with the process. **Nothing in it is durable**: for tests, and for
/// runs that measure everything but the disk.
///
/// A ticket counts as durable as soon as it is given. Readers find the newest cells only.
public final class MemoryJournal: Journal {
    private struct Chunk: Sendable {
        var firstSequence: UInt64
        var cells: [UInt8]

        var endSequence: UInt64 { firstSequence + UInt64(cells.count / Cell.byteCount) }
    }

    private struct State: Sendable {
        var last: UInt64 = 0
        var chunks: [Chunk] = []
        var bytes = 0
    }

    private final class Shard: Sendable {
        let state = Mutex(State())
    }

    private let shards: [Shard]
    private let isClosed = Atomic<Bool>(false)
    private let retainedBytes: Int

    private static let chunkBytes = 64 << 10

    /// A journal that keeps about the newest `retainedBytes` of each shard for readers.
    public init(shardCount: Int, retainedBytes: Int = 16 << 20) {
        precondition(JournalConfiguration.shardCounts.contains(shardCount), "\(shardCount) shards")
        self.retainedBytes = retainedBytes
        shards = (0..<shardCount).map { _ in Shard() }
    }

    /// See ``Journal/stage(_:shard:after:)``.
    public func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) throws(JournalFailure) -> JournalTicket {
        checkCells(cells)
        try checkAdmission()
        guard cells.byteCount <= stageBytesMax else {
            throw .stageTooLarge(cells.byteCount, max: stageBytesMax, shard: shard)
        }
        shards[shard].state.withLock { shard in
            precondition(shard.last == sequence, "staged after \(sequence), not \(shard.last)")
            if let last = shard.chunks.last, last.cells.count < Self.chunkBytes {
                shard.chunks[shard.chunks.count - 1].cells.append(cells)
            } else {
                var chunk = Chunk(firstSequence: sequence + 1, cells: [])
                chunk.cells.append(cells)
                shard.chunks.append(chunk)
            }
            shard.last += UInt64(cells.byteCount / Cell.byteCount)
            shard.bytes += cells.byteCount
            while shard.bytes > retainedBytes, shard.chunks.count > 1 {
                shard.bytes -= shard.chunks.removeFirst().cells.count
            }
        }
        return JournalTicket(group: 0)
    }

    /// Returns at once.
    public func durable(_ ticket: JournalTicket) async throws(JournalFailure) {}

    /// Always true.
    public func isDurable(_ ticket: JournalTicket) -> Bool { true }

    /// The last sequence staged.
    public func durableSequence(shard: Int) -> UInt64 { shards[shard].state.withLock { $0.last } }

    /// The last sequence staged.
    public func stagedSequence(shard: Int) -> UInt64 { durableSequence(shard: shard) }

    /// Always 0.
    public var stagedBytes: Int { 0 }

    /// 4 MiB, as a journal of the default configuration has it.
    public var stageBytesMax: Int { 4 << 20 }

    /// Throws `closed` after ``close()``.
    public func checkAdmission() throws(JournalFailure) {
        if isClosed.load(ordering: .relaxed) { throw .closed }
    }

    /// See ``Journal/read(shard:after:maxBytes:)``; older cells than the newest ones kept are `gone`.
    public func read(shard: Int, after sequence: UInt64, maxBytes: Int) async throws(JournalFailure) -> JournalSlice {
        try checkAdmission()
        return shards[shard].state.withLock { shard in
            guard sequence < shard.last else { return .cells([], firstSequence: sequence + 1) }
            guard let oldest = shard.chunks.first?.firstSequence, oldest <= sequence + 1 else {
                return .gone(oldest: shard.chunks.first?.firstSequence ?? shard.last + 1)
            }
            let limit = max(maxBytes, Cell.byteCount) / Cell.byteCount * Cell.byteCount
            var cells: [UInt8] = []
            for chunk in shard.chunks where chunk.endSequence > sequence + 1 && cells.count < limit {
                let skipped =
                    sequence + 1 > chunk.firstSequence ? Int(sequence + 1 - chunk.firstSequence) * Cell.byteCount : 0
                cells += chunk.cells[skipped..<min(chunk.cells.count, skipped + limit - cells.count)]
            }
            return .cells(cells, firstSequence: sequence + 1)
        }
    }

    /// Accepts a snapshot and keeps nothing of it: there is no recovery that could want it.
    public func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        try checkAdmission()
        return ForgetfulSnapshotWriter()
    }

    /// Refuses everything from here on.
    public func close() async throws(JournalFailure) {
        isClosed.store(true, ordering: .relaxed)
    }
}

private final class ForgetfulSnapshotWriter: SnapshotWriter {
    func append(section: [UInt8]) async throws(JournalFailure) {}
    func finish() async throws(JournalFailure) {}
}
