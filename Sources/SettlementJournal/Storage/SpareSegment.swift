internal import Synchronization

/// The zeroed file that becomes the next segment: made ahead in the background, and the reserve of a full disk.
///
/// Its space is reserved first, which is quick; then it is filled with zeros. It stays open from the first on, so that a
/// process without free descriptors still has its next segment.
final class SpareSegment: Sendable {
    private enum Stage: UInt8, AtomicRepresentable {
        case absent
        /// The file system has promised the space; the file has a temporary name.
        case reserved
        /// Would survive a power failure.
        case ready
    }

    private let storage: any JournalStorage
    private let bytes: Int
    /// Held while the file is worked on, so that a rotation that comes early waits for it instead of writing a second one.
    private let file = Mutex<StorageFile?>(nil)
    /// The segment that the file followed: nobody writes it any more.
    private let full = Mutex<StorageFile?>(nil)
    /// Changes while `file` is held only; what others look at without waiting.
    private let stage = Atomic<Stage>(.absent)

    private static let temporaryName = FileName.spare + FileName.temporarySuffix
    private static let chunkBytes = 1 << 20
    /// Written between two syncs: bounds how much a sync of the log may find queued before it.
    private static let syncBytes = 4 << 20

    init(storage: any JournalStorage, bytes: Int) {
        self.storage = storage
        self.bytes = bytes
    }

    deinit { close() }

    /// Whether the space for the file is taken. Never waits.
    var isReserved: Bool { stage.load(ordering: .acquiring) != .absent }

    /// Whether the file is there. Never waits.
    var isReady: Bool { stage.load(ordering: .acquiring) == .ready }

    /// Takes the space for the file unless it is taken. Does not wait for zeros being written.
    func reserve() throws(StorageError) {
        if isReserved { return }
        try file.withLock { (file) throws(StorageError) in try reserve(&file) }
    }

    /// Makes the file unless it is there. Returns when it would survive a power failure.
    func prepare() throws(StorageError) {
        releaseFull()
        try reserve()
        try file.withLock { (file) throws(StorageError) in _ = try prepare(&file) }
    }

    /// Gives the file a header and its name in the log, making it first when needed.
    ///
    /// An error that may pass leaves the log as it was.
    func take(header: SegmentHeader) throws(StorageError) -> StorageFile {
        precondition(header.segmentBytes == bytes, "the spare segment has another size")
        return try file.withLock { (file) throws(StorageError) in
            let taken = try prepare(&file)
            do throws(StorageError) {
                let name = FileName.segment(header.start.segment)
                let encoded = header.encoded()
                try storage.write(encoded.span.bytes, to: taken, at: 0)
                try storage.synchronize(taken)
                try storage.rename(FileName.spare, to: name)
                try storage.synchronizeDirectory()
                file = nil
                stage.store(.absent, ordering: .releasing)
                return StorageFile(descriptor: taken.descriptor, name: name)
            } catch {
                // The file system had promised the space: whatever this is, the log's end is not certain any more.
                throw StorageError(
                    operation: error.operation,
                    file: error.file,
                    reason: .failed,
                    message: error.message
                )
            }
        }
    }

    /// Takes over a segment that is full, to close it when there is time.
    func retire(_ segment: StorageFile) {
        releaseFull()
        full.withLock { $0 = segment }
    }

    /// Its memory serves the zeros of the next file, at a fifth of what memory costs that the machine has to bring.
    /// Readers that lag read from the disk.
    private func releaseFull() {
        guard let segment = full.withLock({ $0.take() }) else { return }
        storage.forgetCache(of: segment)
        storage.close(segment)
    }

    /// Closes the file; the next opening of the journal removes it.
    func close() {
        releaseFull()
        file.withLock { file in
            if let open = file.take() { storage.close(open) }
            stage.store(.absent, ordering: .releasing)
        }
    }

    private func reserve(_ file: inout StorageFile?) throws(StorageError) {
        guard file == nil else { return }
        file = try storage.open(Self.temporaryName, .create)
        try discardingOnFailure(&file) { (made) throws(StorageError) in try storage.allocate(made, bytes: bytes) }
        stage.store(.reserved, ordering: .releasing)
    }

    private func prepare(_ file: inout StorageFile?) throws(StorageError) -> StorageFile {
        try reserve(&file)
        if !isReady {
            try discardingOnFailure(&file) { (made) throws(StorageError) in try fill(made) }
            stage.store(.ready, ordering: .releasing)
        }
        guard let file else { preconditionFailure("the spare segment stands and is not open") }
        return file
    }

    private func fill(_ file: StorageFile) throws(StorageError) {
        let zeros = [UInt8](repeating: 0, count: min(bytes, Self.chunkBytes))
        var offset = 0
        while offset < bytes {
            let count = min(zeros.count, bytes - offset)
            try storage.write(zeros.span.bytes.extracting(0..<count), to: file, at: offset)
            offset += count
            if offset % Self.syncBytes == 0 || offset == bytes { try storage.synchronize(file) }
        }
        try storage.rename(Self.temporaryName, to: FileName.spare)
        try storage.synchronizeDirectory()
    }

    /// Half a file is no reserve.
    private func discardingOnFailure(
        _ file: inout StorageFile?,
        _ body: (StorageFile) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard let made = file else { return }
        do throws(StorageError) {
            try body(made)
        } catch {
            storage.close(made)
            try? storage.remove(Self.temporaryName)
            file = nil
            stage.store(.absent, ordering: .releasing)
            throw error
        }
    }
}
