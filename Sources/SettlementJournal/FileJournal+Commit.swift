internal import Logging
internal import Synchronization

/// The commit lane: one group at a time is written, then whoever waited for it goes on.
extension FileJournal {
    /// There is a group to write and nobody writes one.
    func scheduleCommit() {
        workers.perform(.commit, afterNanoseconds: 0) { self.commitNext() }
    }

    /// Writes one group and resumes who waited for it.
    func commitNext() {
        guard var group = queue.withLock({ $0.take() }) else { return }
        let result = engine.withLock { engine in engine?.commit(&group) }
        switch result {
        case .durable:
            // Before anybody goes on: what is decided next must have room.
            if !spare.isReserved { claimSpace() }
            let number = group.number
            let (waiters, isReady) = queue.withLock { queue in
                let waiters = queue.finish(group)
                durableGroup.store(number, ordering: .releasing)
                return (waiters, queue.isReady)
            }
            if isReady { scheduleCommit() }
            for waiter in waiters { waiter.resume(returning: nil) }
            scheduleTick()
            prepareSpare()
        case .refused(let error):
            queue.withLock { $0.putBack(group) }
            refuseWork("\(error)")
            scheduleTick()
        case .failed(let error):
            fail(error)
        case nil:
            preconditionFailure("a group was staged after the journal was closed")
        }
    }

    /// Within the anchor interval after a group: writes the anchor, looks at the free space, tries again what had no space.
    func scheduleTick() {
        guard !isTickScheduled.exchange(true, ordering: .relaxed) else { return }
        workers.perform(.commit, afterNanoseconds: configuration.anchorIntervalNanoseconds) { [weak self] in
            self?.tick()
        }
    }

    private func tick() {
        isTickScheduled.store(false, ordering: .relaxed)
        guard queue.withLock({ $0.refusal == nil }) else { return }
        do throws(StorageError) {
            try engine.withLock { (engine) throws(StorageError) in
                if engine?.isAnchorBehind == true { try engine?.writeAnchor(isClean: false) }
            }
        } catch {
            return fail(error)
        }
        claimSpace()
        prepareSpare()
        if !hasSpace.load(ordering: .relaxed) { scheduleTick() }
        if queue.withLock({ $0.isReady }) { scheduleCommit() }
    }

    /// The end: what was staged and is not durable has an unknown outcome, and nothing more is taken.
    func fail(_ error: StorageError) {
        let failure = JournalFailure(
            .unknownOutcome,
            at: JournalPlace(file: error.file),
            "\(error)",
            remedy:
                "What was not yet acknowledged may or may not be on disk: check the disk and open the journal again."
        )
        logger.critical("\(failure)")
        let waiters = queue.withLock { $0.fail(failure) }
        for waiter in waiters { waiter.resume(returning: failure) }
    }
}
