internal import Settlement
internal import SettlementJournal

/// What goes wrong, and when.
extension Universe {
    /// Once a second of virtual time the dice are thrown.
    func scheduleNemesis() {
        let end = simulation.now + scale.chaos
        func tick() {
            guard !isHealing, !isHalted, simulation.now < end else { return }
            strike()
            simulation.schedule(afterNanoseconds: UniverseScale.tick, tick)
        }
        simulation.schedule(afterNanoseconds: UniverseScale.tick, tick)
        simulation.schedule(afterNanoseconds: scale.chaos / 2 + UniverseScale.second) { self.endOfMonth() }
    }

    private func strike() {
        if simulation.happens(perMille: scale.crashes), let life { bury(life, powerFails: false) }
        if simulation.happens(perMille: scale.powerFailures), let life { bury(life, powerFails: true) }
        if simulation.happens(perMille: scale.pauses) { pause() }
        if simulation.happens(perMille: scale.restarts) { restart() }
        if simulation.happens(perMille: scale.fullDisks) { fillDisk() }
        if simulation.happens(perMille: scale.clockJumps) { jump() }
        if simulation.happens(perMille: scale.outages) { cutOff() }
        if simulation.happens(perMille: 20) { usersDoSomething() }
    }

    /// The process stops for a while. Meanwhile somebody thinks it is dead and starts another one.
    private func pause() {
        guard let life, life.node.state == .running else { return }
        trace("\(life.node.name) is paused")
        life.node.pause()
        simulation.schedule(afterNanoseconds: 1 + simulation.random(below: 20 * UniverseScale.second)) { [self] in
            guard self.life === life, !isHealing else { return }
            if simulation.happens(perMille: 700) { boot() }
            let wakesUp = simulation.happens(perMille: 700)
            simulation.schedule(afterNanoseconds: 1 + simulation.random(below: UniverseScale.second)) {
                if wakesUp || self.isHealing { life.node.resume() } else { self.bury(life, powerFails: false) }
            }
        }
    }

    /// A process ends in order, and another one takes its place.
    private func restart() {
        guard let life, life.node.state == .running else { return }
        trace("\(life.node.name) shuts down")
        let pool = life.pool
        life.node.spawn {
            try? await pool.shutdown()
            guard !life.node.isGone else { return }
            self.advanceAuditor()
            self.simulation.schedule(afterNanoseconds: 0) { self.bury(life, powerFails: false) }
        }
    }

    /// Somebody else fills the disk for a while.
    private func fillDisk() {
        trace("the disk is nearly full")
        disk.faults.capacity = disk.usedBytes + Int(simulation.random(below: 48 << 10))
        simulation.schedule(afterNanoseconds: simulation.random(below: 20 * UniverseScale.second)) {
            self.disk.faults.capacity = nil
        }
    }

    /// The wall clock jumps, by an hour or by a month. Nothing but the time of new commands may depend on it.
    private func jump() {
        let day = 86_400 * UniverseScale.second
        let jumps = [-3_600 * UniverseScale.second, 3_600 * UniverseScale.second, -20 * day, 31 * day]
        let jump = jumps[Int(simulation.random(below: Int64(jumps.count)))]
        trace("the wall clock jumps by \(jump / UniverseScale.second) s")
        simulation.wallOffset += jump
        hasJumped = true
    }

    private func cutOff() {
        let region = regions[Int(simulation.random(below: Int64(regions.count)))]
        region.behaviour.isOut = true
        simulation.schedule(afterNanoseconds: simulation.random(below: 60 * UniverseScale.second)) {
            region.behaviour.isOut = false
        }
    }

    private func usersDoSomething() {
        let number = Int(simulation.random(below: Int64(regions.count)))
        let stopped = workload.userStopsSomething(in: regions[number], number: number, at: simulation.now) {
            simulation.random(below: $0)
        }
        if let stopped { trace("region \(number): its user stops \(stopped.rawValue)") }
    }

    /// The month that is over by the wall clock is closed.
    private func endOfMonth() {
        let time = simulation.clock.wallTime
        latestMonthEnd = max(latestMonthEnd, time.rawValue)
        let month = Month(containing: time, offsetMinutes: 480).previous
        pendingMonths.append(month)
        advanceAuditor()
        auditor.expectClose(of: month)
        close(month)
    }

    /// Runs until it has run to its end; a process that dies in the middle is followed by one that goes on.
    func close(_ month: Month) {
        guard let life, !life.node.isGone else { return }
        let pool = life.pool
        life.node.spawn { [self] in
            while !life.node.isGone, pendingMonths.contains(month) {
                do throws(MonthEndError) {
                    let progress = try await MonthEnd(of: month, in: pool).run()
                    guard !life.node.isGone else { return }
                    trace("month \(month) is closed: \(progress)")
                    simulation.note(UInt64(progress.billsWrittenOff))
                    counts.monthEnds += 1
                    pendingMonths.removeAll { $0 == month }
                    closedMonths.append((month, progress.rangesTotal))
                    advanceAuditor()
                    auditor.checkClosed(month)
                } catch {
                    trace("month end: \(error)")
                    try? await simulation.clock.sleep(nanoseconds: 2 * UniverseScale.second)
                    if Task.isCancelled { return }
                }
            }
        }
    }
}
