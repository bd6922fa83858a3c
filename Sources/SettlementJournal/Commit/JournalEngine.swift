/// Writes groups to the log: the sequence of storage calls, and nothing about threads or waiters.
///
/// After a result other than `durable` or `refused` the engine must not be used again: what is on disk is not known.
struct JournalEngine: ~Copyable, Sendable {
    enum CommitResult {
        case durable
        /// Nothing was written: there is no room for the next segment. The same group may be tried again.
        case refused(StorageError)
        case failed(StorageError)
    }

    private let storage: any JournalStorage
    private let configuration: JournalConfiguration
    private let identity: UInt64
    private let index: SegmentIndex
    private let spare: SpareSegment
    private var anchor: AnchorFile
    private var anchored: LogPosition
    /// The end of the durable log.
    private(set) var position: LogPosition
    private var file: StorageFile?
    /// Bytes of the current segment that groups may use; 0 forces a new segment.
    private var segmentEnd: Int

    /// Goes on behind a recovered log. Says in the anchor that the journal is in use, removes a torn write from the
    /// log's end, and begins a new epoch.
    static func open(
        _ found: LogRecovery.Outcome,
        configuration: JournalConfiguration,
        spare: SpareSegment,
        storage: any JournalStorage
    ) throws(StorageError) -> JournalEngine {
        let anchor = try AnchorFile(found.anchor, sync: configuration.sync, storage: storage)
        var engine = JournalEngine(found, configuration, spare, anchor, storage)
        try engine.begin(found)
        return engine
    }

    private init(
        _ found: LogRecovery.Outcome,
        _ configuration: JournalConfiguration,
        _ spare: SpareSegment,
        _ anchor: AnchorFile,
        _ storage: any JournalStorage
    ) {
        self.storage = storage
        self.configuration = configuration
        self.spare = spare
        self.anchor = anchor
        identity = found.identity
        index = found.index
        position = found.position
        anchored = found.position
        segmentEnd = 0
    }

    private mutating func begin(_ found: LogRecovery.Outcome) throws(StorageError) {
        if let segment = found.lastSegment {
            let file = try storage.open(FileName.segment(segment.start.segment), .write)
            self.file = file
            if segment.groupBytesMax >= configuration.groupBytesMax { segmentEnd = segment.segmentBytes }
            // A process that was killed may have left a group, or a segment's name, that the system remembers and the disk
            // does not have: the anchor must not name it before it is durable.
            if configuration.sync == .full {
                try storage.synchronize(file)
                try storage.synchronizeDirectory()
            }
            // Before the first group: from here on the mark of a close in order would be wrong.
            try writeAnchor(isClean: false)
            if let torn = found.torn { try setAside(torn, of: file) }
        }
        var group = StagedGroup.epoch(number: 0)
        switch commit(&group, epoch: position.epoch + 1) {
        case .durable: break
        case .refused(let error), .failed(let error): throw error
        }
    }

    deinit {
        anchor.close(storage: storage)
        if let file { storage.close(file) }
    }

    /// Makes a group durable. One write, one sync; a new segment first when this one is full.
    mutating func commit(_ group: inout StagedGroup) -> CommitResult {
        commit(&group, epoch: position.epoch)
    }

    private mutating func commit(_ group: inout StagedGroup, epoch: UInt32) -> CommitResult {
        do throws(StorageError) {
            if position.offset + group.sealedBytes > segmentEnd { try rotate() }
        } catch {
            return error.mayPass ? .refused(error) : .failed(error)
        }
        guard let file else { preconditionFailure("a log without a segment") }
        let chain = group.seal(epoch: epoch, chain: position.chain, segment: position.segment)
        do throws(StorageError) {
            try storage.write(group.bytes.span.bytes, to: file, at: position.offset)
            if configuration.sync == .full { try storage.synchronize(file) }
        } catch {
            return .failed(error)
        }
        position.offset += group.bytes.count
        position.chain = chain
        position.epoch = epoch
        for frame in group.frames where frame.kind == .cells { position.sequences[frame.shard] = frame.lastSequence }
        index.extend(
            to: position.offset,
            chain: chain,
            epoch: epoch,
            lastSequences: group.frames.lazy.filter { $0.kind == .cells }.map {
                (shard: $0.shard, sequence: $0.lastSequence)
            }
        )
        return .durable
    }

    /// Bytes that groups may still use of the current segment.
    var room: Int { max(0, segmentEnd - position.offset) }

    /// Whether groups became durable that the anchor does not know.
    var isAnchorBehind: Bool { anchored != position }

    /// Records the end of the durable log; `isClean` says that nothing will follow.
    mutating func writeAnchor(isClean: Bool) throws(StorageError) {
        try anchor.write(
            position,
            identity: identity,
            isClean: isClean,
            sync: configuration.sync,
            storage: storage
        )
        anchored = position
    }

    /// Goes on in a new segment. The anchor knows of it before it holds a group, so that its loss would show.
    private mutating func rotate() throws(StorageError) {
        var start = position
        start.segment += 1
        start.offset = SegmentHeader.byteCount(shardCount: configuration.shardCount)
        let header = SegmentHeader(
            identity: identity,
            segmentBytes: configuration.segmentBytes,
            groupBytesMax: configuration.groupBytesMax,
            start: start
        )
        let next = try spare.take(header: header)
        if let file { spare.retire(file) }
        file = next
        segmentEnd = configuration.segmentBytes
        position = start
        index.begin(at: start)
        do throws(StorageError) {
            try writeAnchor(isClean: false)
        } catch {
            // The segment stands: this is no longer a refusal that leaves the log as it was.
            throw StorageError(operation: error.operation, file: error.file, reason: .failed, message: error.message)
        }
    }

    /// Copies a torn write to a file of its own and returns its place in the log to zeros.
    private func setAside(_ torn: Range<Int>, of file: StorageFile) throws(StorageError) {
        let name = FileName.torn(position)
        // A crash in here leaves the whole copy of the first attempt, and perhaps half of the bytes.
        if try !storage.list().contains(name) {
            var bytes = [UInt8](repeating: 0, count: torn.count)
            _ = try storage.read(file, at: torn.lowerBound, into: &bytes)
            try storage.replace(name, with: bytes)
        }
        // The end first and the header last: wherever this stops, what is left is still seen as torn.
        let frame = FrameHeader.byteCount
        let head = torn.lowerBound..<min(torn.lowerBound + frame, torn.upperBound)
        let tail = max(head.upperBound, torn.upperBound - frame)..<torn.upperBound
        for range in [tail, head.upperBound..<tail.lowerBound, head] where !range.isEmpty {
            let zeros = [UInt8](repeating: 0, count: range.count)
            try storage.write(zeros.span.bytes, to: file, at: range.lowerBound)
            try storage.synchronize(file)
        }
    }
}
