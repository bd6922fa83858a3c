internal import Logging
internal import Synchronization

/// The next segment, made ahead, and what happens while there is no room for it.
extension FileJournal {
    /// Has the next segment made in the background, unless it is there.
    func prepareSpare() {
        if spare.isReady || isSpareRequested.exchange(true, ordering: .relaxed) { return }
        workers.perform(.maintenance, afterNanoseconds: 0) { [weak self] in
            guard let self else { return }
            self.isSpareRequested.store(false, ordering: .relaxed)
            self.checkSpace()
            guard self.hasSpace.load(ordering: .relaxed) else { return self.scheduleTick() }
            do throws(StorageError) {
                try self.spare.prepare()
            } catch {
                self.logger.error("the next segment could not be made: \(error)")
                if error.reason == .noSpace { self.reportSpace(false, "\(error)") }
                self.scheduleTick()
            }
        }
    }

    func checkSpace() {
        let needed = configuration.lowWaterBytes + (spare.isReady ? 0 : configuration.segmentBytes)
        do throws(StorageError) {
            let free = try storage.freeBytes()
            reportSpace(free >= needed, "\(free) bytes free, \(needed) needed")
        } catch {
            logger.error("the free space cannot be seen: \(error)")
        }
    }

    func reportSpace(_ isEnough: Bool, _ detail: String) {
        guard hasSpace.exchange(isEnough, ordering: .relaxed) != isEnough else { return }
        if isEnough {
            logger.notice("space has returned, work is admitted again: \(detail)")
        } else {
            logger.error("the disk is nearly full, new work is refused until space returns: \(detail)")
        }
    }
}
