internal import Synchronization

extension FileJournal {
    /// See ``Journal/close()``. Also gives the directory back; the journal takes nothing more.
    public func close() async throws(JournalFailure) {
        queue.withLock { $0.close() }
        let failure = await result(on: .commit) { self.drain() }
        // Snapshots and reads under way end first.
        await result(on: .maintenance) {}
        await result(on: .reading) {}
        spare.close()
        storage.unlock()
        if let failure { throw failure }
    }

    /// Writes what is staged and the mark of a close in order, and closes the files.
    private func drain() -> JournalFailure? {
        while queue.withLock({ $0.isReady }) {
            commitNext()
            if !hasSpace.load(ordering: .relaxed), queue.withLock({ $0.isReady }) {
                fail(
                    StorageError(
                        operation: "close",
                        file: FileName.spare,
                        reason: .noSpace,
                        message: "no space to drain"
                    )
                )
            }
        }
        do throws(StorageError) {
            try engine.withLock { (engine) throws(StorageError) in
                if queue.withLock({ $0.refusal?.code == .closed }) { try engine?.writeAnchor(isClean: true) }
                engine = nil
            }
        } catch {
            fail(error)
        }
        return queue.withLock { $0.refusal?.code == .closed ? nil : $0.refusal }
    }
}
