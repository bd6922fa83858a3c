#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
internal import Synchronization

/// A directory of a local file system. The one file of the journal that calls the operating system for its bytes.
///
/// Buffers are handed to the system only inside `withUnsafeBytes`, with the length of that very buffer.
public final class FileStorage: JournalStorage {
    private let directory: String
    private let held = Mutex<Held?>(nil)

    /// Descriptors kept for as long as the directory is locked: a process without free ones can still write its log.
    private struct Held {
        var lock: Int32
        var directory: Int32
    }

    /// Attempts and pause while another holder of the lock may be on its way out.
    private static let lockAttempts = 20
    private static let lockPauseMicroseconds: UInt32 = 25_000

    /// A storage over `directory`; touches nothing yet.
    public init(directory: String) {
        self.directory = directory
    }

    deinit { unlock() }

    /// Creates the directory when absent and takes `flock` on its LOCK file, which then names this process.
    /// Waits up to half a second for another holder that may be on its way out.
    public func lock() throws(StorageError) {
        if mkdir(directory, 0o750) != 0, errno != EEXIST { throw failure("mkdir", directory) }
        let descriptor = try open(FileName.lock, flags: O_RDWR | O_CREAT)
        for attempt in 1... {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { break }
            let holder = errno == EWOULDBLOCK || errno == EINTR
            if holder, attempt < Self.lockAttempts {
                usleep(Self.lockPauseMicroseconds)
                continue
            }
            var error = failure("flock", FileName.lock)
            if holder {
                error.reason = .locked
                error.message = "held by process \(readHolder(descriptor))"
            }
            _ = systemClose(descriptor)
            throw error
        }
        do throws(StorageError) {
            let text = [UInt8]("\(getpid())\n".utf8)
            let file = StorageFile(descriptor: descriptor, name: FileName.lock)
            guard ftruncate(descriptor, 0) == 0 else { throw failure("ftruncate", FileName.lock) }
            try write(text.span.bytes, to: file, at: 0)
            let directory = try open(".", flags: O_RDONLY)
            held.withLock { $0 = Held(lock: descriptor, directory: directory) }
        } catch {
            _ = systemClose(descriptor)
            throw error
        }
    }

    /// Closes the LOCK file, which frees the lock.
    public func unlock() {
        guard let held = held.withLock({ $0.take() }) else { return }
        _ = systemClose(held.directory)
        _ = systemClose(held.lock)
    }

    /// The process that holds the lock; `nil`: nobody. Takes the lock for a moment at most, and makes no file.
    var holder: String? {
        guard let descriptor = try? open(FileName.lock, flags: O_RDONLY) else { return nil }
        defer { _ = systemClose(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) == 0 ? nil : readHolder(descriptor)
    }

    /// Reads the directory.
    public func list() throws(StorageError) -> [String] {
        guard let stream = opendir(directory) else { throw failure("opendir", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: $0.pointee)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw failure("readdir", directory) }
        return names.sorted()
    }

    /// Opens with `O_CLOEXEC`; new files are readable by owner and group only.
    public func open(_ name: String, _ mode: StorageMode) throws(StorageError) -> StorageFile {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .write: O_RDWR
            case .create: O_RDWR | O_CREAT | O_TRUNC
            }
        return StorageFile(descriptor: try open(name, flags: flags), name: name)
    }

    /// `fstat`.
    public func size(of file: StorageFile) throws(StorageError) -> Int {
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw failure("fstat", file.name) }
        return Int(status.st_size)
    }

    /// `posix_fallocate`; a file system without it is no error, since the bytes are written anyway.
    public func allocate(_ file: StorageFile, bytes: Int) throws(StorageError) {
        #if !canImport(Darwin)
            while true {
                let code = posix_fallocate(file.descriptor, 0, off_t(bytes))
                if code == 0 || code == EOPNOTSUPP { return }
                if code != EINTR { throw failure("fallocate", file.name, code: code) }
            }
        #endif
    }

    /// `pwrite` until all is written.
    public func write(_ bytes: RawSpan, to file: StorageFile, at offset: Int) throws(StorageError) {
        var done = 0
        while done < bytes.byteCount {
            let count = bytes.withUnsafeBytes {
                pwrite(file.descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(offset + done))
            }
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw failure("pwrite", file.name, code: count == 0 ? EIO : errno)
            }
        }
    }

    /// `pread` until the buffer is full or the file ends.
    public func read(_ file: StorageFile, at offset: Int, into buffer: inout [UInt8]) throws(StorageError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = buffer.withUnsafeMutableBytes {
                pread(file.descriptor, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(offset + done))
            }
            if count == 0 { break }
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw failure("pread", file.name)
            }
        }
        return done
    }

    /// `fdatasync`, once.
    public func synchronize(_ file: StorageFile) throws(StorageError) {
        // Not repeated after a failure: the system may then report success for pages it has dropped.
        #if canImport(Darwin)
            let code = fcntl(file.descriptor, F_FULLFSYNC)
        #else
            let code = fdatasync(file.descriptor)
        #endif
        guard code == 0 else { throw failure("fdatasync", file.name) }
    }

    /// `posix_fadvise(DONTNEED)`.
    public func forgetCache(of file: StorageFile) {
        #if !canImport(Darwin)
            // Advice: a file system that ignores it is no worse off.
            _ = posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_DONTNEED)
        #endif
    }

    /// `close`.
    public func close(_ file: StorageFile) {
        _ = systemClose(file.descriptor)
    }

    /// `rename`.
    public func rename(_ name: String, to newName: String) throws(StorageError) {
        guard systemRename(path(name), path(newName)) == 0 else { throw failure("rename", name) }
    }

    /// `unlink`.
    public func remove(_ name: String) throws(StorageError) {
        guard unlink(path(name)) == 0 else { throw failure("unlink", name) }
    }

    /// `fsync` on the directory, which must be locked.
    public func synchronizeDirectory() throws(StorageError) {
        guard let descriptor = held.withLock({ $0?.directory }) else {
            preconditionFailure("only who holds \(directory) changes it")
        }
        guard fsync(descriptor) == 0 else { throw failure("fsync", directory) }
    }

    /// `statvfs`: what is left for others than root.
    public func freeBytes() throws(StorageError) -> Int {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { throw failure("statvfs", directory) }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
        )
    }

    private func path(_ name: String) -> String { directory + "/" + name }

    private func open(_ name: String, flags: Int32) throws(StorageError) -> Int32 {
        while true {
            let descriptor = systemOpen(path(name), flags | O_CLOEXEC, 0o640)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw failure("open", name) }
        }
    }

    private func readHolder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = (try? read(StorageFile(descriptor: descriptor, name: FileName.lock), at: 0, into: &bytes)) ?? 0
        let text = String(decoding: bytes.prefix(count).prefix { $0 > 0x20 }, as: UTF8.self)
        return text.isEmpty ? "unknown" : text
    }

    private func failure(_ operation: String, _ file: String, code: Int32 = errno) -> StorageError {
        let reason: StorageError.Reason =
            switch code {
            case ENOSPC, EDQUOT: .noSpace
            case EMFILE, ENFILE, ENOMEM: .exhausted
            case ENOENT: .notFound
            default: .failed
            }
        return StorageError(operation: operation, file: file, reason: reason, message: String(cString: strerror(code)))
    }
}

// The methods above have the names of the system's calls.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func systemRename(_ name: String, _ newName: String) -> Int32 { rename(name, newName) }
