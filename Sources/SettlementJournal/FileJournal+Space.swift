internal import Logging
internal import Synchronization

/// Room for what is admitted: the next segment's space is claimed before it is needed, and while it cannot be had no work is
/// taken. So a full disk finds nothing decided that has nowhere to go.
extension FileJournal {
    /// Claims the next segment's space unless that would reach below the low-water mark, and decides whether work is admitted.
    func claimSpace() {
        let needed = configuration.lowWaterBytes + (spare.isReserved ? 0 : configuration.segmentBytes)
        do throws(StorageError) {
            let free = try storage.freeBytes()
            guard free >= needed else {
                return refuseWork("the disk is nearly full, \(free) bytes free and \(needed) needed")
            }
            try spare.reserve()
        } catch {
            return reportSpareFailure(error)
        }
        // Once refused, only when the next segment stands: free bytes alone have promised too much before.
        if spare.isReady { admitWork() }
    }

    /// On a disk that is full from the start nothing may be admitted that would then wait for room: in this segment, or in
    /// a next one that stands.
    func claimFirstSpace() {
        claimSpace()
        let room = engine.withLock { $0?.room ?? 0 }
        if room < 2 * configuration.groupBytesMax, spare.isReserved {
            do throws(StorageError) { try spare.prepare() } catch { reportSpareFailure(error) }
        }
        prepareSpare()
        if !hasSpace.load(ordering: .relaxed) { scheduleTick() }
    }

    /// Has the next segment made in the background, unless it is there.
    func prepareSpare() {
        if spare.isReady || isSpareRequested.exchange(true, ordering: .relaxed) { return }
        workers.perform(.maintenance, afterNanoseconds: 0) { [weak self] in
            guard let self else { return }
            self.isSpareRequested.store(false, ordering: .relaxed)
            self.claimSpace()
            guard self.spare.isReserved else { return self.scheduleTick() }
            do throws(StorageError) {
                try self.spare.prepare()
                self.claimSpace()
            } catch {
                self.reportSpareFailure(error)
                self.scheduleTick()
            }
        }
    }

    func refuseWork(_ reason: String) {
        refusedFor.withLock { $0 = reason }
        guard hasSpace.exchange(false, ordering: .relaxed) else { return }
        logger.error("new work is refused until space returns: \(reason)")
    }

    private func admitWork() {
        guard !hasSpace.exchange(true, ordering: .relaxed) else { return }
        logger.notice("space has returned, work is admitted again")
    }

    /// A disk that is full or a process at its limits may recover; anything else shows again when the segment is needed.
    private func reportSpareFailure(_ error: StorageError) {
        if error.mayPass {
            refuseWork("there is no room for the next segment, \(error)")
        } else {
            logger.error("the next segment could not be made: \(error)")
        }
    }
}
