/// The two slots of the anchor, and where the next write goes. Writing one never touches the other.
struct AnchorFile: Sendable {
    private let file: StorageFile
    private var generation: UInt64
    private var nextSlot: Int

    /// Takes over the file behind what `reading` found; the next write replaces the slot that is not the newest.
    ///
    /// A process that ended, or whose sync failed, may have left a newest slot that the system remembers and the disk does
    /// not have. It is written again before the other one may be touched: else a power failure could take both.
    init(
        _ reading: AnchorReading,
        sync: JournalConfiguration.Sync,
        storage: any JournalStorage
    ) throws(StorageError) {
        file = try storage.open(FileName.anchor, .write)
        generation = reading.newest.generation
        nextSlot = 1 - reading.newestIndex
        guard sync == .full else { return }
        let slot = reading.newest.encoded()
        try storage.write(slot.span.bytes, to: file, at: reading.newestIndex * slot.count)
        try storage.synchronize(file)
    }

    /// Writes both slots of a journal that has no segment yet.
    static func create(identity: UInt64, shardCount: Int, storage: any JournalStorage) throws(StorageError) {
        let empty = LogPosition(
            segment: 0,
            offset: 0,
            chain: Chain(value: identity),
            epoch: 0,
            sequences: [UInt64](repeating: 0, count: shardCount)
        )
        let slots = (0..<2).map {
            AnchorSlot(identity: identity, generation: UInt64($0), isClean: false, position: empty).encoded()
        }
        try storage.replace(FileName.anchor, with: slots[0] + slots[1])
    }

    /// Records how far the durable log reaches.
    mutating func write(
        _ position: LogPosition,
        identity: UInt64,
        isClean: Bool,
        sync: JournalConfiguration.Sync,
        storage: any JournalStorage
    ) throws(StorageError) {
        generation += 1
        let slot = AnchorSlot(identity: identity, generation: generation, isClean: isClean, position: position)
            .encoded()
        try storage.write(slot.span.bytes, to: file, at: nextSlot * slot.count)
        if sync == .full { try storage.synchronize(file) }
        nextSlot = 1 - nextSlot
    }

    func close(storage: any JournalStorage) { storage.close(file) }
}

/// What the anchor file says.
struct AnchorReading: Sendable {
    var newest: AnchorSlot
    var newestIndex: Int
    /// One slot is unreadable: a write of it was cut short, or it was damaged.
    var lostSlot: Int?

    /// Whether nothing may lie behind the anchor's position. The lost slot may have said that work had gone on.
    var isClean: Bool { newest.isClean && lostSlot == nil }

    static func read(_ storage: any JournalStorage) throws(JournalOpenError) -> AnchorReading {
        let bytes: [UInt8]
        do throws(StorageError) {
            bytes = try storage.contents(of: FileName.anchor)
        } catch {
            throw error.reason == .notFound ? .missing(FileName.anchor) : JournalOpenError(reading: error)
        }
        let half = bytes.count / 2
        guard bytes.count > 0, bytes.count % 8192 == 0 else {
            throw .damaged(JournalPlace(file: FileName.anchor, offset: bytes.count), "a size of \(bytes.count) bytes")
        }
        var slots: [AnchorSlot?] = []
        for index in 0..<2 {
            do throws(FormatFault) {
                slots.append(try AnchorSlot.decode(bytes.span.bytes.extracting(index * half..<(index + 1) * half)))
            } catch {
                if case .unknownVersion(let version) = error {
                    throw .unknownVersion(version, JournalPlace(file: FileName.anchor, offset: index * half))
                }
                slots.append(nil)
            }
        }
        switch (slots[0], slots[1]) {
        case (nil, nil): throw .damaged(JournalPlace(file: FileName.anchor, offset: 0), "both slots are damaged")
        case (let only?, nil): return AnchorReading(newest: only, newestIndex: 0, lostSlot: 1)
        case (nil, let only?): return AnchorReading(newest: only, newestIndex: 1, lostSlot: 0)
        case (let first?, let second?):
            guard first.identity == second.identity else {
                throw .foreign(JournalPlace(file: FileName.anchor), "its two slots are of different journals")
            }
            let index = first.generation > second.generation ? 0 : 1
            return AnchorReading(newest: index == 0 ? first : second, newestIndex: index)
        }
    }
}

extension JournalOpenError {
    private static let restore =
        "The journal was left as it is: restore the whole directory from a backup or replica; `settle journal verify` "
        + "says what is intact."

    init(reading error: StorageError) {
        let (code, remedy): (Code, String) =
            switch error.reason {
            case .locked: (.locked, "Only one process may use a journal: stop the other one first.")
            case .noSpace: (.diskFull, "Make room on the journal's disk, then open again.")
            case .exhausted:
                (.exhausted, "Raise the limit of open files (`ulimit -n`, LimitNOFILE=) or of memory, then open again.")
            case .notFound, .failed:
                (
                    .unreadable,
                    "Expected the file system to serve this; check the disk and permissions, then open again."
                )
            }
        self.init(code, at: JournalPlace(file: error.file), "\(error)", remedy: remedy)
    }

    static func noThread(_ message: String) -> JournalOpenError {
        JournalOpenError(
            .exhausted,
            "the system gives no thread: \(message)",
            remedy: "Raise the limit of threads (`ulimit -u`, TasksMax=) or of address space, then open again."
        )
    }

    static func damaged(_ place: JournalPlace, _ problem: String) -> JournalOpenError {
        JournalOpenError(.damaged, at: place, problem, remedy: restore)
    }

    static func missing(_ file: String) -> JournalOpenError {
        JournalOpenError(.missing, at: JournalPlace(file: file), "the file is missing", remedy: restore)
    }

    static func foreign(_ place: JournalPlace, _ problem: String) -> JournalOpenError {
        JournalOpenError(.foreign, at: place, problem, remedy: restore)
    }

    static func behind(_ place: JournalPlace, _ problem: String) -> JournalOpenError {
        JournalOpenError(.behind, at: place, problem, remedy: restore)
    }

    static func noUsableSnapshot(_ place: JournalPlace, _ problem: String) -> JournalOpenError {
        JournalOpenError(.noUsableSnapshot, at: place, problem, remedy: restore)
    }

    static func unknownVersion(_ version: UInt32, _ place: JournalPlace) -> JournalOpenError {
        let problem = "format version \(version), expected \(SegmentHeader.version)"
        return JournalOpenError(.unknownVersion, at: place, problem, remedy: "Open it with the version that wrote it.")
    }
}
