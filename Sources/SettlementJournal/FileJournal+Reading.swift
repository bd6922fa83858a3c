extension FileJournal {
    /// See ``Journal/read(shard:after:maxBytes:)``. Checks every frame it returns.
    public func read(
        shard: Int,
        after sequence: UInt64,
        maxBytes: Int
    ) async throws(JournalFailure) -> JournalSlice {
        precondition((0..<configuration.shardCount).contains(shard), "there is no shard \(shard)")
        try checkOpen()
        return try await run(on: .reading) { () throws(JournalFailure) in
            try self.readSlice(shard: shard, after: sequence, maxBytes: max(maxBytes, Cell.byteCount))
        }
    }

    private func readSlice(shard: Int, after sequence: UInt64, maxBytes: Int) throws(JournalFailure) -> JournalSlice {
        switch index.locate(shard: shard, after: sequence) {
        case .nothingLater: return .cells([], firstSequence: sequence + 1)
        case .gone(let oldest): return .gone(oldest: oldest)
        case .segment(let number, let offset, let end):
            do throws(StorageError) {
                let file = try storage.open(FileName.segment(number), .read)
                defer { storage.close(file) }
                let limit = if let end { end } else { try storage.size(of: file) }
                var reader = FrameReader(file: file, offset: offset, end: limit, storage: storage)
                let cells = try reader.cells(shard: shard, after: sequence, maxBytes: maxBytes)
                if let cells { return .cells(cells, firstSequence: sequence + 1) }
            } catch {
                if error.reason == .notFound { return .gone(oldest: durableStart(of: shard)) }
                throw JournalFailure(
                    .unreadable,
                    at: JournalPlace(file: error.file, shard: shard, sequence: sequence + 1),
                    "\(error)",
                    remedy: "Expected the file system to serve this; check the disk and read again."
                )
            }
            throw JournalFailure(
                .damaged,
                at: JournalPlace(file: FileName.segment(number), offset: offset, shard: shard, sequence: sequence + 1),
                "cells that were written are no longer readable",
                remedy: "Stop, run `settle journal verify`, and restore from a backup or replica."
            )
        }
    }

    /// The oldest sequence of a shard that is still in the log.
    private func durableStart(of shard: Int) -> UInt64 {
        if case .gone(let oldest) = index.locate(shard: shard, after: 0) { oldest } else { 1 }
    }
}

/// Reads the frames of durable groups through a window of memory.
private struct FrameReader {
    let file: StorageFile
    var offset: Int
    let end: Int
    let storage: any JournalStorage
    private var window: [UInt8] = []
    private var windowStart = 0

    private static let windowBytes = 256 << 10

    init(file: StorageFile, offset: Int, end: Int, storage: any JournalStorage) {
        self.file = file
        self.offset = offset
        self.end = end
        self.storage = storage
    }

    /// The shard's cells after `sequence`, in order and without a gap; nil when the frames are damaged.
    mutating func cells(shard: Int, after sequence: UInt64, maxBytes: Int) throws(StorageError) -> [UInt8]? {
        var cells: [UInt8] = []
        var last = sequence
        while offset + FrameHeader.byteCount <= end, cells.count + Cell.byteCount <= maxBytes {
            guard try load(FrameHeader.byteCount) else { return nil }
            switch FrameHeader.decode(window.span.bytes, at: offset - windowStart) {
            case .zero: return cells.isEmpty ? nil : cells
            case .damaged, .unknown: return nil
            case .header(let frame, _):
                if frame.kind == .cells, Int(frame.shard) == shard, frame.lastSequence > last {
                    guard frame.firstSequence <= last + 1, try load(frame.frameBytes) else { return nil }
                    let payload = offset - windowStart + FrameHeader.byteCount..<offset - windowStart + frame.frameBytes
                    guard checksum(window.span.bytes, payload) == frame.payloadChecksum else { return nil }
                    let start = payload.lowerBound + Int(last + 1 - frame.firstSequence) * Cell.byteCount
                    let room = (maxBytes - cells.count) / Cell.byteCount * Cell.byteCount
                    let stop = min(payload.upperBound, start + room)
                    cells.append(window.span.bytes.extracting(start..<stop))
                    last += UInt64((stop - start) / Cell.byteCount)
                    if stop < payload.upperBound { return cells }
                }
                offset += frame.frameBytes
            }
        }
        return cells.isEmpty ? nil : cells
    }

    /// Has `count` bytes from `offset` in the window; false when the file ends before.
    private mutating func load(_ count: Int) throws(StorageError) -> Bool {
        if offset >= windowStart, offset + count <= windowStart + window.count { return true }
        guard offset + count <= end else { return false }
        let size = min(max(count, Self.windowBytes), end - offset)
        if window.count != size { window = [UInt8](repeating: 0, count: size) }
        windowStart = offset
        return try storage.read(file, at: offset, into: &window) == size
    }
}
