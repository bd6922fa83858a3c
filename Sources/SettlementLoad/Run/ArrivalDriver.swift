internal import Settlement

/// Submits arrivals at their intended times, however fast they are answered.
///
/// One loop waits for the next intended time and takes everything that is due. Of what is taken together, recharges cross
/// into the pool together and so do bills; everything else is asked on a task of its own. So nobody waits for the answer
/// to another.
struct ArrivalDriver: Sendable {
    let target: any LoadTarget
    let population: Population
    let keys: KeyMaker
    let clock: any SettlementClock
    /// `nil`: latencies are not measured.
    let recorder: LatencyRecorder?
    let series: SeriesRecorder
    let tally: RunTally
    let stages: StageTimes
    let limits: GeneratorLimits
    /// Whether arrivals come by their own clock; only then can they be sent late.
    var isOpenLoop = true

    /// Arrivals taken together at most.
    private static let batchLimit = 8_192

    /// Now, in nanoseconds after the beginning of the run.
    private var elapsed: Int64 { clock.monotonicNanoseconds - stages.origin }

    /// Runs until the schedule is empty and everything is answered, or the task is cancelled.
    func drive(_ schedule: ArrivalSchedule) async {
        var schedule = schedule
        await withDiscardingTaskGroup { group in
            while let next = schedule.nextTime {
                do throws(CancellationError) {
                    try await clock.sleep(untilMonotonic: stages.origin + next)
                } catch {
                    // What would be late by now was offered, although nobody sends it any more.
                    let end = elapsed - limits.scheduleLag
                    while !take(from: &schedule, until: end).isEmpty {}
                    return
                }
                send(take(from: &schedule, until: elapsed), in: &group)
            }
        }
    }

    /// Sends arrivals that are due now and waits for their answers.
    func request(_ arrivals: [Arrival]) async {
        offer(arrivals)
        await withDiscardingTaskGroup { group in send(arrivals, in: &group) }
    }

    private func take(from schedule: inout ArrivalSchedule, until time: Int64) -> [Arrival] {
        var batch: [Arrival] = []
        schedule.take(before: time + 1, limit: Self.batchLimit, into: &batch)
        offer(batch)
        return batch
    }

    private func offer(_ arrivals: [Arrival]) {
        series.offer(at: arrivals.map(\.time))
        forEachStage(of: arrivals) { stage, part in
            tally.update(stage: stage) { $0.offered += Int64(part.count) }
        }
    }

    private func send(_ arrivals: [Arrival], in group: inout DiscardingTaskGroup) {
        for kind in [ArrivalKind.recharge, .bill] {
            let batch = arrivals.filter { $0.kind == kind }
            if !batch.isEmpty { group.addTask { await self.submit(batch) } }
        }
        for arrival in arrivals where arrival.kind != .recharge && arrival.kind != .bill {
            group.addTask { await self.ask(arrival) }
        }
    }

    /// Recharges, or bills.
    private func submit(_ arrivals: [Arrival]) async {
        begin(arrivals)
        let time = target.now
        let batch = CommandBatch(
            arrivals.map { command(for: $0, at: time) },
            intendedAt: arrivals.map { stages.origin + $0.time }
        )
        finish(arrivals, await target.submit(batch))
    }

    private func command(for arrival: Arrival, at time: Timestamp) -> Command {
        let account = population.accountID(Int(arrival.account))
        let key = keys.key(.arrival, arrival.number << 3 | UInt64(arrival.kind.rawValue))
        if arrival.kind == .recharge {
            return Command(.recharge(arrival.amount), account: account, time: time, key: key)
        }
        let bill = population.newBill(for: arrival, at: time)
        return Command(.issueBill(bill), account: account, time: time, key: key)
    }

    /// What concerns one account and is no command of ours.
    private func ask(_ arrival: Arrival) async {
        begin([arrival])
        let account = population.accountID(Int(arrival.account))
        var submission = Submission.settled(Outcome())
        do throws(SettlementError) {
            switch arrival.kind {
            case .writeOff:
                if let answer = await target.writeOffOneBill(of: account, draw: arrival.draw) { submission = answer }
            case .query: try await target.read(account)
            case .start: try await target.pressStart(of: account)
            case .recharge, .bill: preconditionFailure("recharges and bills are commands")
            }
        } catch {
            submission = .failed(error)
        }
        finish([arrival], [submission])
    }

    /// Arrivals are handed over now.
    private func begin(_ arrivals: [Arrival]) {
        let now = elapsed
        forEachStage(of: arrivals) { stage, part in
            let lags = part.map { now - $0.time }
            let inTime = isOpenLoop ? lags.count { $0 <= limits.scheduleLag } : lags.count
            tally.submit(part.count, inTime: inTime, stage: stage)
            if isOpenLoop { recorder?.observe(.scheduleLag, nanoseconds: lags, lane: .interactive, runStage: stage) }
        }
    }

    /// Arrivals have been answered; who was turned away has waited for nothing.
    private func finish(_ arrivals: [Arrival], _ submissions: [Submission]) {
        let now = elapsed
        let answered = zip(arrivals, submissions).compactMap { arrival, submission in
            if case .settled = submission { arrival } else { nil }
        }
        tally.answer(arrivals.count, settled: answered.count, stage: stages.stage(at: now))
        forEachStage(of: answered) { stage, part in
            let waits = part.map { now - $0.time }
            recorder?.observe(.settle, nanoseconds: waits, lane: .interactive, runStage: stage)
        }
        for (arrival, submission) in zip(arrivals, submissions) { count(arrival, submission) }
    }

    private func count(_ arrival: Arrival, _ submission: Submission) {
        tally.update(stage: stages.stage(dueAt: arrival.time)) { counts in
            switch submission {
            case .failed(let error):
                counts.add(1, to: error.code == .overloaded ? .rejected : .failed)
            case .settled(let outcome) where outcome.refusal != nil:
                // A manual write-off that the funds do not cover is an answer, not a failure.
                if arrival.kind != .writeOff { counts.add(1, to: .failed) }
            case .settled(let outcome):
                if arrival.kind == .recharge { counts.add(1, to: .recharges) }
                if arrival.kind == .bill { counts.add(1, to: .bills) }
                if outcome.billsWrittenOff > 0 { counts.add(Int64(outcome.billsWrittenOff), to: .writeOffs) }
            }
        }
    }

    /// Calls `body` once for each stage that arrivals, in the order of their times, belong to.
    private func forEachStage(of arrivals: [Arrival], _ body: (Int, ArraySlice<Arrival>) -> Void) {
        var rest = arrivals[...]
        while let first = rest.first {
            let stage = stages.stage(dueAt: first.time)
            let part = rest.prefix { stages.stage(dueAt: $0.time) == stage }
            body(stage, part)
            rest = rest.dropFirst(part.count)
        }
    }
}
