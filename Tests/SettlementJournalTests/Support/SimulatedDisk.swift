import Synchronization

@testable import SettlementJournal

/// A disk in memory that loses what was not synchronized, and fails when it is told to.
final class SimulatedDisk: JournalStorage {
    struct Content: Sendable {
        /// What a reader sees.
        var bytes: [UInt8] = []
        /// What a power failure leaves.
        var durable: [UInt8] = []
    }

    enum Fault: Hashable, Sendable {
        /// The call does nothing and fails.
        case failed
        case noSpace
        /// A write puts down half of its bytes and fails; other calls just fail.
        case short
    }

    struct State: Sendable {
        var nextInode = 1
        var inodes: [Int: Content] = [:]
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var open: [Int32: Int] = [:]
        var nextDescriptor: Int32 = 3
        var isLocked = false
        var free = 1 << 40
        var refusesAllocation = false
        var calls = 0
        /// Which call fails, and whether all later ones do too.
        var faultAt: Int?
        var fault: Fault = .failed
        var faultPersists = false
    }

    private let state = Mutex(State())

    func withState<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
        try state.withLock { (state) throws in try body(&state) }
    }

    // MARK: What a test does to the disk

    var calls: Int { withState { $0.calls } }
    var openFiles: Int { withState { $0.open.count } }

    func failCall(_ number: Int?, _ fault: Fault = .failed, persistently: Bool = false) {
        withState {
            $0.calls = 0
            $0.faultAt = number
            $0.fault = fault
            $0.faultPersists = persistently
        }
    }

    /// The bytes of a file, which a test may damage.
    subscript(name: String) -> [UInt8] {
        get { withState { state in state.names[name].flatMap { state.inodes[$0]?.bytes } ?? [] } }
        set {
            withState { state in
                let inode = state.names[name] ?? state.nextInode
                if inode == state.nextInode { state.nextInode += 1 }
                state.names[name] = inode
                state.durableNames[name] = inode
                state.inodes[inode] = Content(bytes: newValue, durable: newValue)
            }
        }
    }

    func flip(_ name: String, byte: Int, bit: Int) {
        withState { state in
            guard let inode = state.names[name] else { return }
            state.inodes[inode]?.bytes[byte] ^= 1 << UInt8(bit)
            state.inodes[inode]?.durable[byte] ^= 1 << UInt8(bit)
        }
    }

    /// The offset behind the last byte of a file that is not zero.
    func endOfWritten(_ name: String) -> Int {
        (self[name].lastIndex { $0 != 0 } ?? -1) + 1
    }

    func delete(_ name: String) {
        withState {
            $0.names[name] = nil
            $0.durableNames[name] = nil
        }
    }

    var names: [String] { withState { $0.names.keys.sorted() } }

    /// Power fails and returns: only what was synchronized is there.
    func losePower() {
        withState { state in
            state.names = state.durableNames
            state.inodes = state.inodes.mapValues { Content(bytes: $0.durable, durable: $0.durable) }
            state.open = [:]
            state.isLocked = false
            state.faultAt = nil
        }
    }

    /// The process ends: everything written is there.
    func killProcess() {
        withState {
            $0.open = [:]
            $0.isLocked = false
            $0.faultAt = nil
        }
    }

    /// A disk of its own with the same content.
    func copy() -> SimulatedDisk {
        let other = SimulatedDisk()
        let content = withState { $0 }
        other.withState {
            $0 = content
            $0.open = [:]
            $0.isLocked = false
            $0.faultAt = nil
        }
        return other
    }

    // MARK: JournalStorage

    func lock() throws(StorageError) {
        try call("lock", FileName.lock)
        let wasLocked = withState { state in
            defer { state.isLocked = true }
            return state.isLocked
        }
        if wasLocked {
            throw StorageError(operation: "lock", file: FileName.lock, reason: .locked, message: "held by process 1")
        }
    }

    func unlock() { withState { $0.isLocked = false } }

    func list() throws(StorageError) -> [String] {
        try call("list", ".")
        return names
    }

    func open(_ name: String, _ mode: StorageMode) throws(StorageError) -> StorageFile {
        try call("open", name)
        let descriptor: Int32? = withState { state in
            if mode == .create {
                state.names[name] = state.nextInode
                state.inodes[state.nextInode] = Content()
                state.nextInode += 1
            }
            guard let inode = state.names[name] else { return nil }
            defer { state.nextDescriptor += 1 }
            state.open[state.nextDescriptor] = inode
            return state.nextDescriptor
        }
        guard let descriptor else {
            throw StorageError(operation: "open", file: name, reason: .notFound, message: "no such file")
        }
        return StorageFile(descriptor: descriptor, name: name)
    }

    func size(of file: StorageFile) throws(StorageError) -> Int {
        try call("size", file.name)
        return withContent(file) { $0.bytes.count }
    }

    func allocate(_ file: StorageFile, bytes: Int) throws(StorageError) {
        try call("allocate", file.name)
        guard withState({ $0.refusesAllocation }) else { return }
        throw StorageError(operation: "allocate", file: file.name, reason: .noSpace, message: "no space left")
    }

    func write(_ bytes: RawSpan, to file: StorageFile, at offset: Int) throws(StorageError) {
        do throws(StorageError) {
            try call("write", file.name)
        } catch {
            if withState({ $0.fault == .short }) { put(bytes.extracting(0..<bytes.byteCount / 2), file, offset) }
            throw error
        }
        put(bytes, file, offset)
    }

    private func put(_ data: RawSpan, _ file: StorageFile, _ offset: Int) {
        data.withUnsafeBytes { data in
            withContent(file) { content in
                let missing = offset + data.count - content.bytes.count
                if missing > 0 { content.bytes += [UInt8](repeating: 0, count: missing) }
                content.bytes.withUnsafeMutableBytes {
                    UnsafeMutableRawBufferPointer(rebasing: $0[offset..<offset + data.count]).copyMemory(from: data)
                }
            }
        }
    }

    func read(_ file: StorageFile, at offset: Int, into buffer: inout [UInt8]) throws(StorageError) -> Int {
        try call("read", file.name)
        return buffer.withUnsafeMutableBytes { buffer in
            withContent(file) { content in
                let end = min(content.bytes.count, offset + buffer.count)
                guard offset < end else { return 0 }
                content.bytes.withUnsafeBytes {
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<end]))
                }
                return end - offset
            }
        }
    }

    func synchronize(_ file: StorageFile) throws(StorageError) {
        try call("synchronize", file.name)
        withContent(file) { $0.durable = $0.bytes }
    }

    func forgetCache(of file: StorageFile) {}

    func close(_ file: StorageFile) { withState { $0.open[file.descriptor] = nil } }

    func rename(_ name: String, to newName: String) throws(StorageError) {
        try call("rename", name)
        withState { $0.names[newName] = $0.names.removeValue(forKey: name) }
    }

    func remove(_ name: String) throws(StorageError) {
        try call("remove", name)
        withState { $0.names[name] = nil }
    }

    func synchronizeDirectory() throws(StorageError) {
        try call("synchronizeDirectory", ".")
        withState { $0.durableNames = $0.names }
    }

    func freeBytes() throws(StorageError) -> Int {
        try call("freeBytes", ".")
        return withState { $0.free }
    }

    private func withContent<Value>(_ file: StorageFile, _ body: (inout Content) -> Value) -> Value {
        withState { state in
            guard let inode = state.open[file.descriptor] else { fatalError("\(file.name) is not open") }
            return body(&state.inodes[inode, default: Content()])
        }
    }

    private func call(_ operation: String, _ file: String) throws(StorageError) {
        let fault: Fault? = withState { state in
            state.calls += 1
            guard let at = state.faultAt else { return nil }
            return state.calls == at || (state.faultPersists && state.calls > at) ? state.fault : nil
        }
        guard let fault else { return }
        let reason: StorageError.Reason = fault == .noSpace ? .noSpace : .failed
        throw StorageError(operation: operation, file: file, reason: reason, message: "injected \(fault)")
    }
}
