/// The few things a journal asks of a directory, one call each, so that a simulated disk can stand in for a real one.
///
/// Names are relative to the directory. Calls block; the journal makes them on its own threads only. They may come from
/// several threads at once, but never for the same file.
public protocol JournalStorage: AnyObject, Sendable {
    /// Takes the directory for this journal alone until ``unlock()`` or the end of the process; creates it when absent.
    /// - Throws: `StorageError` with `isLocked` when another holds it.
    func lock() throws(StorageError)
    /// Gives the directory back. Harmless without a lock.
    func unlock()
    /// The names of all files, in ascending order.
    func list() throws(StorageError) -> [String]
    /// Opens a file for reading and writing at given offsets.
    func open(_ name: String, _ mode: StorageMode) throws(StorageError) -> StorageFile
    /// Bytes of the file.
    func size(of file: StorageFile) throws(StorageError) -> Int
    /// Reserves space, so that a full disk shows now; the bytes still have to be written.
    func allocate(_ file: StorageFile, bytes: Int) throws(StorageError)
    /// Writes all bytes, or throws with an unknown part of them written.
    func write(_ bytes: RawSpan, to file: StorageFile, at offset: Int) throws(StorageError)
    /// Fills `buffer` from `offset` and returns how many bytes there were: fewer only at the file's end.
    func read(_ file: StorageFile, at offset: Int, into buffer: inout [UInt8]) throws(StorageError) -> Int
    /// Returns when everything written to the file would survive a power failure.
    func synchronize(_ file: StorageFile) throws(StorageError)
    /// Makes the next reads come from the disk as far as the system can: memory may hold what a failed sync lost, or what
    /// nobody will read soon.
    func forgetCache(of file: StorageFile)
    /// Closes the file. Everything that matters was synchronized before.
    func close(_ file: StorageFile)
    /// Replaces `newName` by `name` in one step.
    func rename(_ name: String, to newName: String) throws(StorageError)
    /// Removes a file.
    func remove(_ name: String) throws(StorageError)
    /// Returns when created, renamed and removed names would survive a power failure.
    func synchronizeDirectory() throws(StorageError)
    /// Bytes that could still be written.
    func freeBytes() throws(StorageError) -> Int
}

/// How a file is opened.
public enum StorageMode: Hashable, Sendable {
    /// An existing file, to read.
    case read
    /// An existing file, to read and write.
    case write
    /// An empty file, replacing one of that name.
    case create
}

/// An open file of a storage.
public struct StorageFile: Hashable, Sendable {
    /// The storage's own number for it.
    public var descriptor: Int32
    /// Its name when it was opened, for messages.
    public var name: String

    /// A file as its storage knows it.
    public init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }
}

/// A call that the file system refused.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why, as far as the journal acts on it.
    public enum Reason: Hashable, Sendable {
        /// No space, or no quota.
        case noSpace
        /// The process can open no more files, or has no memory for it. Passes when it gives some back.
        case exhausted
        /// No such file.
        case notFound
        /// Another holder of the directory's lock.
        case locked
        /// Anything else: input or output failed.
        case failed
    }

    /// The call, such as `pwrite`.
    public var operation: String
    /// The file's name.
    public var file: String
    /// Why.
    public var reason: Reason
    /// The system's words.
    public var message: String

    /// An error of the named call on the named file.
    public init(operation: String, file: String, reason: Reason, message: String) {
        self.operation = operation
        self.file = file
        self.reason = reason
        self.message = message
    }

    /// `pwrite of segment-000000000001: Input/output error`
    public var description: String { "\(operation) of \(file): \(message)" }

    /// Whether the call was refused for want of something that may come back, and may be tried again.
    var mayPass: Bool { reason == .noSpace || reason == .exhausted }
}

extension JournalStorage {
    /// All bytes of a file.
    func contents(of name: String) throws(StorageError) -> [UInt8] {
        let file = try open(name, .read)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: try size(of: file))
        let count = try read(file, at: 0, into: &bytes)
        if count < bytes.count { bytes.removeLast(bytes.count - count) }
        return bytes
    }

    /// Puts a whole file in place: a crash leaves the old one or the new one.
    func replace(_ name: String, with bytes: [UInt8]) throws(StorageError) {
        let temporary = name + FileName.temporarySuffix
        let file = try open(temporary, .create)
        defer { close(file) }
        try write(bytes.span.bytes, to: file, at: 0)
        try synchronize(file)
        try rename(temporary, to: name)
        try synchronizeDirectory()
    }
}
