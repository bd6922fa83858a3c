internal import Settlement

/// Submits arrivals at their intended times, however fast they are answered.
///
/// One loop waits for the next intended time and takes everything that is due; each taken batch is answered on a task of
/// its own, so a slow answer delays no arrival.
struct ArrivalDriver: Sendable {
    let target: any LoadTarget
    let population: Population
    let keys: KeyMaker
    let clock: any SettlementClock
    /// `nil`: latencies are not measured.
    let recorder: LatencyRecorder?
    let series: SeriesRecorder
    let tally: RunTally
    /// Monotonic time at which the run began.
    let origin: Int64
    /// When each stage ends, in nanoseconds after the beginning.
    let stageEnds: [Int64]

    /// Arrivals taken together at most.
    private static let batchLimit = 8_192

    /// Runs until the schedule is empty and everything is answered, or the task is cancelled.
    func drive(_ schedule: ArrivalSchedule) async {
        var schedule = schedule
        await withDiscardingTaskGroup { group in
            while let next = schedule.nextTime {
                do throws(CancellationError) {
                    try await clock.sleep(untilMonotonic: origin + next)
                } catch {
                    return
                }
                var batch: [Arrival] = []
                schedule.take(before: clock.monotonicNanoseconds - origin + 1, limit: Self.batchLimit, into: &batch)
                guard !batch.isEmpty else { continue }
                group.addTask { [batch] in await self.answer(batch) }
            }
        }
    }

    private func answer(_ arrivals: [Arrival]) async {
        let submittedAt = clock.monotonicNanoseconds - origin
        recorder?.observe(.scheduleLag, nanoseconds: arrivals.map { submittedAt - $0.time }, lane: .interactive)
        await request(arrivals)
    }

    /// Sends arrivals to the target and counts what becomes of them.
    func request(_ arrivals: [Arrival]) async {
        series.offer(at: arrivals.map(\.time))
        count(arrivals) { counts, share in
            counts.offered += share
            counts.submitted += share
        }
        await submit(arrivals.filter { $0.kind == .recharge || $0.kind == .bill })
        for arrival in arrivals where arrival.kind == .writeOff { await writeOff(arrival) }
        for arrival in arrivals where arrival.kind == .query {
            await answer(arrival) { account async throws(SettlementError) in try await target.read(account) }
        }
        for arrival in arrivals where arrival.kind == .start {
            await answer(arrival) { account async throws(SettlementError) in try await target.pressStart(of: account) }
        }
    }

    /// Recharges and bills cross into the pool together.
    private func submit(_ arrivals: [Arrival]) async {
        guard !arrivals.isEmpty else { return }
        let time = target.now
        let batch = CommandBatch(
            arrivals.map { command(for: $0, at: time) },
            intendedAt: arrivals.map { origin + $0.time }
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

    private func writeOff(_ arrival: Arrival) async {
        let account = population.accountID(Int(arrival.account))
        finish([arrival], [await target.writeOffOneBill(of: account, draw: arrival.draw) ?? .settled(Outcome())])
    }

    /// A request that is answered with yes or an error.
    private func answer(
        _ arrival: Arrival,
        _ body: (AccountID) async throws(SettlementError) -> Void
    ) async {
        do throws(SettlementError) {
            try await body(population.accountID(Int(arrival.account)))
            finish([arrival], [.settled(Outcome())])
        } catch {
            finish([arrival], [.failed(error)])
        }
    }

    private func finish(_ arrivals: [Arrival], _ submissions: [Submission]) {
        let now = clock.monotonicNanoseconds
        recorder?.observe(.settle, nanoseconds: arrivals.map { now - origin - $0.time }, lane: .interactive)
        count(arrivals) { counts, share in counts.answered += share }
        for (arrival, submission) in zip(arrivals, submissions) { count(arrival, submission) }
    }

    private func count(_ arrival: Arrival, _ submission: Submission) {
        tally.update(stage: stage(of: arrival)) { counts in
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

    /// Calls `body` once for each stage that arrivals belong to, with their number.
    private func count(_ arrivals: [Arrival], _ body: (inout RunTally.Counts, Int64) -> Void) {
        var start = 0
        while start < arrivals.count {
            let stage = stage(of: arrivals[start])
            var end = start + 1
            while end < arrivals.count, self.stage(of: arrivals[end]) == stage { end += 1 }
            tally.update(stage: stage) { body(&$0, Int64(end - start)) }
            start = end
        }
    }

    private func stage(of arrival: Arrival) -> Int {
        stageEnds.firstIndex { arrival.time < $0 } ?? stageEnds.count - 1
    }
}
