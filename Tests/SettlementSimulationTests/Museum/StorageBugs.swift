import SettlementJournal
import Synchronization

/// A storage that leaves out what is slow or tedious.
final class CarelessStorage: JournalStorage {
    enum Carelessness {
        case skipsSync, skipsFirstSync, skipsDirectorySync, trustsAnchor, repeatsSync, readsErrorsAsEnd, skipsLock
    }

    private let base: any JournalStorage
    private let carelessness: Carelessness
    private let hasSynced = Atomic(false)
    private let hasWrittenAnchor = Atomic(false)

    init(_ base: any JournalStorage, _ carelessness: Carelessness) {
        self.base = base
        self.carelessness = carelessness
    }

    func lock() throws(StorageError) {
        if carelessness != .skipsLock { try base.lock() }
    }
    func unlock() { base.unlock() }
    func list() throws(StorageError) -> [String] { try base.list() }
    func open(_ name: String, _ mode: StorageMode) throws(StorageError) -> StorageFile { try base.open(name, mode) }
    func size(of file: StorageFile) throws(StorageError) -> Int { try base.size(of: file) }
    func allocate(_ file: StorageFile, bytes: Int) throws(StorageError) { try base.allocate(file, bytes: bytes) }
    func write(_ bytes: RawSpan, to file: StorageFile, at offset: Int) throws(StorageError) {
        let isFirst = file.name == "anchor" && !hasWrittenAnchor.exchange(true, ordering: .relaxed)
        if carelessness == .trustsAnchor, isFirst { return }
        try base.write(bytes, to: file, at: offset)
    }
    func read(_ file: StorageFile, at offset: Int, into buffer: inout [UInt8]) throws(StorageError) -> Int {
        guard carelessness == .readsErrorsAsEnd else { return try base.read(file, at: offset, into: &buffer) }
        do { return try base.read(file, at: offset, into: &buffer) } catch { return 0 }
    }
    func synchronize(_ file: StorageFile) throws(StorageError) {
        switch carelessness {
        case .skipsSync: return
        case .skipsFirstSync:
            let isFirst = file.name.hasPrefix("segment-") && !hasSynced.exchange(true, ordering: .relaxed)
            if !isFirst { try base.synchronize(file) }
        case .trustsAnchor:
            let isFirst = file.name == "anchor" && !hasSynced.exchange(true, ordering: .relaxed)
            if !isFirst { try base.synchronize(file) }
        case .repeatsSync:
            // The first call has failed and dropped the pages; the second finds nothing to do.
            do { try base.synchronize(file) } catch { try base.synchronize(file) }
        case .skipsDirectorySync, .readsErrorsAsEnd, .skipsLock: try base.synchronize(file)
        }
    }
    func forgetCache(of file: StorageFile) { base.forgetCache(of: file) }
    func close(_ file: StorageFile) { base.close(file) }
    func rename(_ name: String, to newName: String) throws(StorageError) { try base.rename(name, to: newName) }
    func remove(_ name: String) throws(StorageError) { try base.remove(name) }
    func synchronizeDirectory() throws(StorageError) {
        if carelessness != .skipsDirectorySync { try base.synchronizeDirectory() }
    }
    func freeBytes() throws(StorageError) -> Int { try base.freeBytes() }
}
