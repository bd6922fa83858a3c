internal import Synchronization

/// The zeroed file that becomes the next segment: made ahead in the background, and the reserve of a full disk.
final class SpareSegment: Sendable {
    private let storage: any JournalStorage
    private let bytes: Int
    /// Held while the file is written, so that a rotation that comes early waits for it instead of writing a second one.
    private let writing = Mutex(())
    private let ready = Atomic<Bool>(false)

    private static let chunkBytes = 1 << 20
    /// Written between two syncs: bounds how much a sync of the log may find queued before it.
    private static let syncBytes = 4 << 20

    init(storage: any JournalStorage, bytes: Int) {
        self.storage = storage
        self.bytes = bytes
    }

    /// Makes the file unless it is there. Returns when it would survive a power failure.
    func prepare() throws(StorageError) {
        try writing.withLock { _ throws(StorageError) in
            if isReady { return }
            try write()
            ready.store(true, ordering: .releasing)
        }
    }

    /// Whether the file is there. Never waits.
    var isReady: Bool { ready.load(ordering: .acquiring) }

    /// Gives the file a header and its name in the log, making it first when needed.
    ///
    /// A `noSpace` error leaves the log as it was.
    func take(header: SegmentHeader) throws(StorageError) -> StorageFile {
        precondition(header.segmentBytes == bytes, "the spare segment has another size")
        try prepare()
        let file = try storage.open(FileName.spare, .write)
        do throws(StorageError) {
            let name = FileName.segment(header.start.segment)
            let encoded = header.encoded()
            try storage.write(encoded.span.bytes, to: file, at: 0)
            try storage.synchronize(file)
            try storage.rename(FileName.spare, to: name)
            try storage.synchronizeDirectory()
            ready.store(false, ordering: .releasing)
            return StorageFile(descriptor: file.descriptor, name: name)
        } catch {
            storage.close(file)
            // The file system had promised the space: whatever this is, the log's end is not certain any more.
            throw StorageError(operation: error.operation, file: error.file, reason: .failed, message: error.message)
        }
    }

    private func write() throws(StorageError) {
        let temporary = FileName.spare + FileName.temporarySuffix
        let file = try storage.open(temporary, .create)
        defer { storage.close(file) }
        do throws(StorageError) {
            try storage.allocate(file, bytes: bytes)
            let zeros = [UInt8](repeating: 0, count: min(bytes, Self.chunkBytes))
            var offset = 0
            while offset < bytes {
                let count = min(zeros.count, bytes - offset)
                try storage.write(zeros.span.bytes.extracting(0..<count), to: file, at: offset)
                offset += count
                if offset % Self.syncBytes == 0 || offset == bytes { try storage.synchronize(file) }
            }
            try storage.rename(temporary, to: FileName.spare)
            try storage.synchronizeDirectory()
        } catch {
            try? storage.remove(temporary)
            throw error
        }
    }
}
