import Testing

@testable import SettlementJournal

/// The n-th call to the disk fails, for every n: nothing that was acknowledged is lost, and the next start succeeds.
@Suite struct FaultTests {
    struct Plan: Sendable, CustomTestStringConvertible {
        var fault: SimulatedDisk.Fault
        var isPersistent: Bool
        var losesPower: Bool

        var testDescription: String {
            "\(fault)\(isPersistent ? " from there on" : "")\(losesPower ? ", then power fails" : ", then the process ends")"
        }
    }

    static let plans = [SimulatedDisk.Fault.failed, .noSpace, .short].flatMap { fault in
        [false, true].flatMap { persistent in
            [false, true].map { Plan(fault: fault, isPersistent: persistent, losesPower: $0) }
        }
    }

    /// A disk without a journal, and one with a journal that was closed in order.
    private func startingDisks() async throws -> [SimulatedDisk] {
        let used = SimulatedDisk()
        let (journal, _) = try openJournal(used)
        for shard in 0..<2 {
            try journal.stageNext(5, shard: shard)
            try await journal.snapshot(shard: shard)
        }
        try await journal.close()
        return [SimulatedDisk(), used]
    }

    /// Some segments, snapshots of each shard, a close. Adds to `acknowledged` what was promised.
    private func work(_ disk: SimulatedDisk, acknowledged: inout [UInt64]) async throws {
        let workers = InlineWorkers()
        let (journal, _) = try openJournal(disk, workers: workers)
        for count in 1...6 {
            for shard in 0..<2 {
                let ticket = try journal.stageNext(UInt64(count * 4), shard: shard)
                // A group without space waits for it: here, for the next look at the disk.
                if !journal.isDurable(ticket) { workers.passTime() }
                try journal.checkAdmission()
                try await journal.durable(ticket)
                acknowledged[shard] = journal.durableSequence(shard: shard)
            }
            if count % 2 == 0 {
                for shard in 0..<2 { try? await journal.snapshot(shard: shard) }
            }
            workers.passTime()
        }
        try await journal.close()
    }

    @Test func theWorkSucceedsWithoutFaults() async throws {
        let disk = SimulatedDisk()
        var acknowledged: [UInt64] = [0, 0]
        try await work(disk, acknowledged: &acknowledged)
        #expect(acknowledged == [84, 84])
        #expect(disk.openFiles == 0)
        disk.losePower()
        #expect(verdict(disk, smallConfiguration()) == .right(heads: [84, 84]))
    }

    @Test(arguments: plans)
    func noFaultLosesWhatWasAcknowledged(plan: Plan) async throws {
        for start in try await startingDisks() {
            let whole = start.copy()
            var unused: [UInt64] = [0, 0]
            try await work(whole, acknowledged: &unused)
            let calls = whole.calls - start.calls
            for number in 1...calls { try await failOnce(start.copy(), call: number, plan) }
            print("fault at each of \(calls) calls, \(plan.testDescription): nothing lost, every start succeeded")
        }
    }

    private func failOnce(_ disk: SimulatedDisk, call number: Int, _ plan: Plan) async throws {
        disk.failCall(number, plan.fault, persistently: plan.isPersistent)
        var acknowledged: [UInt64] = [0, 0]
        var message = "finished"
        do { try await work(disk, acknowledged: &acknowledged) } catch { message = "\(error)" }
        if plan.losesPower { disk.losePower() } else { disk.killProcess() }
        guard case .right(let heads, _) = verdict(disk, smallConfiguration()) else {
            Issue.record("call \(number): \(verdict(disk, smallConfiguration())) after: \(message)")
            return
        }
        #expect(heads[0] >= acknowledged[0] && heads[1] >= acknowledged[1], "call \(number): \(message)")
        let (journal, recovered) = try openJournal(disk)
        #expect(recovered.isRight(shards: 2))
        try await journal.durable(journal.stageNext(3, shard: 0))
        try await journal.close()
        #expect(disk.openFiles == 0, "call \(number) leaves files open")
    }

    @Test func afterAFailedSyncNothingMoreIsTaken() async throws {
        let disk = SimulatedDisk()
        let (journal, _) = try openJournal(disk)
        try await journal.durable(journal.stageNext(2, shard: 0))
        disk.failCall(2)
        let ticket = try journal.stageNext(2, shard: 0)
        let failure = try #require(await #expect(throws: JournalFailure.self) { try await journal.durable(ticket) })
        #expect(failure.code == .unknownOutcome)
        // The disk works again, but only opening the journal decides what is on it.
        #expect(throws: failure) { try journal.stageNext(1, shard: 1) }
        #expect(throws: failure) { try journal.checkAdmission() }
        await #expect(throws: failure) { try await journal.close() }
        #expect(journal.durableSequence(shard: 0) == 2)
        let (_, recovered) = try openJournal(disk)
        #expect(recovered.isRight(shards: 2) && recovered.head(0) == 4)
    }

    @Test func belowTheLowWaterMarkWorkIsRefusedUntilSpaceReturns() async throws {
        let disk = SimulatedDisk()
        let workers = InlineWorkers()
        var configuration = smallConfiguration()
        configuration.lowWaterBytes = 1000
        let (journal, _) = try openJournal(disk, configuration, workers: workers)
        try journal.checkAdmission()
        disk.withState { $0.free = 999 }
        try journal.stageNext(1, shard: 0)
        workers.passTime()
        let failure = #expect(throws: JournalFailure.self) { try journal.checkAdmission() }
        #expect(failure?.code == .diskFull)
        // What was decided before is still kept, and what is there can be read.
        try await journal.durable(journal.stageNext(1, shard: 0))
        #expect(try await journal.read(shard: 0, after: 0, maxBytes: 1024) == .cells(cells(0, 1...2), firstSequence: 1))
        disk.withState { $0.free = 100_000 }
        workers.passTime()
        try journal.checkAdmission()
    }

    @Test func aGroupWithoutRoomWaitsForSpace() async throws {
        let disk = SimulatedDisk()
        let workers = InlineWorkers()
        let (journal, _) = try openJournal(disk, workers: workers)
        // From here on no new segment can be made: the spare one is used up, then groups wait.
        disk.withState { $0.refusesAllocation = true }
        var last = try journal.stageNext(40, shard: 0)
        while journal.isDurable(last) { last = try journal.stageNext(40, shard: 0) }
        #expect(journal.index.end.segment == 2)
        let failure = #expect(throws: JournalFailure.self) { try journal.checkAdmission() }
        #expect(failure?.code == .diskFull)
        disk.withState { $0.refusesAllocation = false }
        workers.passTime()
        try await journal.durable(last)
        try await journal.close()
        #expect(verdict(disk, smallConfiguration()) == .right(heads: [journal.stagedSequence(shard: 0), 0]))
    }
}
