/// A disk with one directory, which outlives the nodes that use it. Every storage opened on it is one process's view.
///
/// Confined to the thread of its simulation, which is why it may call itself sendable.
public final class SimulatedDisk: @unchecked Sendable {
    /// What happened to the directory and was not synced yet.
    private enum DirectoryChange {
        case link(String, Int)
        case unlink(String)
    }

    let simulation: Simulation
    /// What goes wrong from now on.
    public var faults = DiskFaults()
    /// What went wrong so far.
    public internal(set) var counters = DiskCounters()
    /// Called before each call of a storage with its name, such as `pwrite`: where a crash in the middle of a commit
    /// comes from.
    public var onCall: ((String) -> Void)?

    private(set) var files: [DiskFile] = []
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var pending: [DirectoryChange] = []
    private var holder: ObjectIdentifier?

    /// An empty disk.
    public init(simulation: Simulation) { self.simulation = simulation }

    /// A process's view of the disk; it ends with the node.
    public func storage(for node: SimulatedNode) -> SimulatedStorage { SimulatedStorage(disk: self, node: node) }

    /// The node that held the directory is gone; the system keeps what it has written.
    public func releaseLock() { holder = nil }

    /// The machine loses its power: what was not synced is lost or torn, sector by sector and name by name.
    public func losePower() {
        holder = nil
        counters.powerFailures += 1
        let faults = faults
        for index in files.indices {
            files[index].losePower { simulation.happens(perMille: faults.survivingSectors) }
        }
        // A file system keeps the order of changes to a directory.
        let kept = Int(simulation.random(below: Int64(pending.count) + 1))
        for change in pending.prefix(kept) { Self.apply(change, to: &durableNames) }
        pending = []
        names = durableNames
        if simulation.happens(perMille: faults.bitFlip) { flipBit() }
    }

    /// One bit of one file is another from now on.
    public func flipBit() {
        let candidates = names.sorted { $0.key < $1.key }.filter { !files[$0.value].durable.isEmpty }
        guard !candidates.isEmpty else { return }
        let file = candidates[Int(simulation.random(below: Int64(candidates.count)))].value
        files[file].flipBit(Int(simulation.random(below: Int64(files[file].durable.count * 8))))
        counters.damages += 1
    }

    /// Bytes of all files that have a name.
    public var usedBytes: Int { names.values.reduce(0) { $0 + files[$1].cached.count } }

    // MARK: What a storage does

    func lock(for storage: SimulatedStorage) -> Bool {
        guard holder == nil || holder == ObjectIdentifier(storage) else { return false }
        holder = ObjectIdentifier(storage)
        return true
    }

    func unlock(for storage: SimulatedStorage) {
        if holder == ObjectIdentifier(storage) { holder = nil }
    }

    var fileNames: [String] { names.keys.sorted() }

    func file(named name: String) -> Int? { names[name] }

    func createFile(_ name: String) -> Int {
        files.append(DiskFile())
        change(.link(name, files.count - 1))
        return files.count - 1
    }

    func rename(_ name: String, to newName: String) -> Bool {
        guard let file = names[name] else { return false }
        // One step: after a crash the file has one of the two names.
        change(.link(newName, file))
        change(.unlink(name))
        return true
    }

    func remove(_ name: String) -> Bool {
        guard names[name] != nil else { return false }
        change(.unlink(name))
        return true
    }

    func synchronizeDirectory() {
        pending = []
        durableNames = names
    }

    func withFile<Value>(_ index: Int, _ body: (inout DiskFile) -> Value) -> Value { body(&files[index]) }

    private func change(_ change: DirectoryChange) {
        Self.apply(change, to: &names)
        pending.append(change)
    }

    private static func apply(_ change: DirectoryChange, to names: inout [String: Int]) {
        switch change {
        case .link(let name, let file): names[name] = file
        case .unlink(let name): names[name] = nil
        }
    }
}
