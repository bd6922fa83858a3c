internal import Settlement
internal import SettlementJournal

/// Callers: they ask, wait, lose patience, and ask again with the same key until they have an answer.
extension Universe {
    func scheduleCommands() {
        for _ in 0..<scale.commands {
            simulation.schedule(afterNanoseconds: simulation.random(below: scale.chaos)) { self.askSomething() }
        }
    }

    private func askSomething() {
        let time = simulation.clock.wallTime
        let count = simulation.happens(perMille: 150) ? 1 + Int(simulation.random(below: 6)) : 1
        let commands = (0..<count).map { _ in
            workload.next(at: time) { self.auditor.model(of: $0) }
        }
        ask(Request(commands, lane: simulation.happens(perMille: 150) ? .bulk : .interactive))
    }

    func ask(_ request: Request) {
        requests.append(request)
        submit(request)
    }

    func submit(_ request: Request) {
        guard !request.isAnswered, !isHalted else { return }
        guard let life, life.node.state != .dead else { return repeatLater(request) }
        request.attempt += 1
        let attempt = request.attempt
        if attempt > 1 { counts.retries += 1 }
        advanceAuditor()
        request.commands.forEach(auditor.expect)
        let commands = attempt == 1 ? request.commands : request.commands.map(ports.repeated)
        let lane = request.lane
        let since = commands.map { auditor.version(of: $0.account) }
        let pool = life.pool
        life.node.spawn {
            await self.simulation.point()
            let answers: [Submission]
            if commands.count == 1, lane == .interactive {
                do throws(SettlementError) {
                    answers = [.settled(try await pool.submit(commands[0]))]
                } catch {
                    answers = [.failed(error)]
                }
            } else {
                answers = await pool.submit(commands, lane: lane)
            }
            guard !life.node.isGone else { return }
            self.answered(request, commands, answers, since: since)
        }
        if simulation.happens(perMille: scale.impatience), request.mayRepeat {
            simulation.schedule(afterNanoseconds: simulation.random(below: 2 * UniverseScale.second)) {
                if !request.isAnswered, request.attempt == attempt { self.submit(request) }
            }
        }
    }

    private func answered(
        _ request: Request,
        _ commands: [Command],
        _ answers: [Submission],
        since: [Int]
    ) {
        advanceAuditor()
        var isSettled = true
        for index in commands.indices {
            switch answers[index] {
            case .settled(let outcome):
                trace("\(commands[index].line): \(outcome.line)")
                simulation.note(UInt64(outcome.refusal?.rawValue ?? 0) << 32 | UInt64(outcome.standing.epoch))
                simulation.note(UInt64(bitPattern: outcome.availableCredit.minorUnits))
                auditor.check(outcome, of: commands[index], since: since[index])
            case .failed(let error):
                trace("\(commands[index].line): \(error)")
                isSettled = false
                if error.code == .journalFailed {
                    operatorRestarts()
                } else {
                    auditor.checkNothing(of: commands[index])
                }
            }
        }
        guard !request.isAnswered else { return }
        if isSettled, !(request.mayRepeat && !isHealing && simulation.happens(perMille: scale.lostReplies)) {
            request.isAnswered = true
            counts.commands += commands.count
        } else {
            repeatLater(request)
        }
    }

    /// Asks again after a while; what has no key is given up, since nobody could tell twice from once.
    func repeatLater(_ request: Request) {
        guard request.mayRepeat else {
            request.isAnswered = true
            return
        }
        let attempt = request.attempt
        simulation.schedule(afterNanoseconds: 100_000_000 + simulation.random(below: 3 * UniverseScale.second)) {
            if request.attempt == attempt { self.submit(request) }
        }
    }

    /// A disk has failed: somebody restarts the process, which reads from the disk what is true.
    private func operatorRestarts() {
        guard let life else { return }
        simulation.schedule(afterNanoseconds: UniverseScale.second) { self.bury(life, powerFails: false) }
    }
}
