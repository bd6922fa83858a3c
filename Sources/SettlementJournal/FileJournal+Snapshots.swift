internal import Logging
internal import Synchronization

extension FileJournal {
    /// See ``Journal/beginSnapshot(shard:at:)``.
    public func beginSnapshot(shard: Int, at sequence: UInt64) throws(JournalFailure) -> any SnapshotWriter {
        precondition(sequence <= stagedSequence(shard: shard), "a snapshot begins at a sequence that was staged")
        try checkOpen()
        guard let (slot, generation) = snapshots.beginWriting(shard: shard) else {
            throw JournalFailure(
                .snapshotInProgress,
                at: JournalPlace(shard: shard),
                "the shard has a snapshot under way",
                remedy: "Finish or drop that one first."
            )
        }
        let header = SnapshotHeader(
            identity: identity,
            shardCount: configuration.shardCount,
            shard: shard,
            generation: generation,
            beganAt: sequence
        )
        return FileSnapshotWriter(journal: self, slot: slot, header: header)
    }

    /// Removes segments that no shard's older snapshot needs. On the maintenance lane.
    fileprivate func removeOldSegments() throws(StorageError) {
        for number in index.removable(upTo: snapshots.bounds) {
            index.forget(number)
            try storage.remove(FileName.segment(number))
            // One by one: a crash must leave no hole.
            try storage.synchronizeDirectory()
            logger.debug("removed \(FileName.segment(number)), which two snapshots of every shard have replaced")
        }
    }
}

/// Writes a snapshot beside the two that are there, and puts it in place only when it reads back intact.
private final class FileSnapshotWriter: SnapshotWriter {
    private struct Draft {
        var file: StorageFile?
        var offset = 0
        var chain: Chain
        var sections: UInt64 = 0
        var unsynced = 0
        var isDone = false
    }

    private let journal: FileJournal
    private let slot: Int
    private let header: SnapshotHeader
    /// Used on the maintenance lane only.
    private let draft: Mutex<Draft>

    /// Written between two syncs: bounds how much a sync of the log may find queued before it.
    private static let syncBytes = 1 << 20

    private var name: String { FileName.snapshot(shard: header.shard, slot: slot) }
    private var temporary: String { name + FileName.temporarySuffix }

    init(journal: FileJournal, slot: Int, header: SnapshotHeader) {
        self.journal = journal
        self.slot = slot
        self.header = header
        draft = Mutex(Draft(chain: header.chain))
    }

    deinit {
        draft.withLock { if let file = $0.file { journal.storage.close(file) } }
        journal.snapshots.endWriting(shard: header.shard)
    }

    func append(section: [UInt8]) async throws(JournalFailure) {
        precondition(
            (1...JournalConfiguration.snapshotSectionBytesMax).contains(section.count),
            "a snapshot section of \(section.count) bytes"
        )
        try await perform { (draft) throws(StorageError) in
            let own = SnapshotSectionHeader(
                payloadBytes: section.count,
                index: draft.sections,
                chain: draft.chain,
                payloadChecksum: checksum(section.span.bytes, 0..<section.count)
            ).encoded()
            try self.write(own.bytes, to: &draft)
            try self.write(section, to: &draft)
            draft.chain = own.next
            draft.sections += 1
        }
    }

    func finish() async throws(JournalFailure) {
        // A section may show the effect of anything staged so far: none of it may outlive its own cells.
        let endedAt = journal.stagedSequence(shard: header.shard)
        try await journal.durable(journal.lastTicket)
        try await perform { (draft) throws(StorageError) in try self.seal(&draft, endedAt: endedAt) }
    }

    /// Runs a step on the maintenance lane. After a failed one the snapshot is given up.
    private func perform(
        _ step: @escaping @Sendable (inout Draft) throws(StorageError) -> Void
    ) async throws(JournalFailure) {
        try journal.checkOpen()
        try await journal.run(on: .maintenance) { () throws(JournalFailure) in
            let error = self.draft.withLock { draft -> StorageError? in
                precondition(!draft.isDone, "a snapshot that has ended takes no more")
                do throws(StorageError) {
                    try step(&draft)
                    return nil
                } catch {
                    draft.isDone = true
                    return error
                }
            }
            guard let error else { return }
            throw JournalFailure(
                .snapshotFailed,
                at: JournalPlace(file: error.file, shard: self.header.shard, sequence: self.header.beganAt),
                "\(error)",
                remedy: "The older snapshots and the log stay; check the disk and its free space, then snapshot again."
            )
        }
    }

    private func write(_ bytes: [UInt8], to draft: inout Draft) throws(StorageError) {
        if draft.file == nil {
            draft.file = try journal.storage.open(temporary, .create)
            try write(header.encoded(), to: &draft)
        }
        guard let file = draft.file else { return }
        try journal.storage.write(bytes.span.bytes, to: file, at: draft.offset)
        draft.offset += bytes.count
        draft.unsynced += bytes.count
        if draft.unsynced >= Self.syncBytes {
            try journal.storage.synchronize(file)
            draft.unsynced = 0
        }
    }

    private func seal(_ draft: inout Draft, endedAt: UInt64) throws(StorageError) {
        if draft.file == nil { try write([], to: &draft) }
        let footer = SnapshotFooter(
            sections: draft.sections,
            chain: draft.chain,
            endedAt: endedAt,
            fileBytes: draft.offset + SnapshotFooter.byteCount
        )
        try write(footer.encoded(), to: &draft)
        guard let file = draft.file.take() else { return }
        defer { journal.storage.close(file) }
        try journal.storage.synchronize(file)
        journal.storage.forgetCache(of: file)
        let summary = try verified()
        try journal.storage.rename(temporary, to: name)
        try journal.storage.synchronizeDirectory()
        draft.isDone = true
        journal.snapshots.record(summary)
        try journal.removeOldSegments()
    }

    private func verified() throws(StorageError) -> SnapshotSummary {
        do throws(SnapshotFault) {
            var reader = try SnapshotReader(name: temporary, storage: journal.storage)
            return try reader.verify(shard: header.shard, slot: slot)
        } catch {
            throw StorageError(operation: "verification", file: temporary, reason: .failed, message: "\(error)")
        }
    }
}
