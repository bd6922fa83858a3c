import Settlement
import SettlementTestKit
import Testing

@Suite struct ManualClockTests {
    @Test func `wakes sleepers in the order of their due times`() throws {
        let order = try Simulation(seed: 5).run { clock in
            let list = ObservationList()
            let start = clock.monotonicNanoseconds
            await withTaskGroup(of: Void.self) { group in
                for delay: Int64 in [30, 10, 20] {
                    group.addTask {
                        try? await clock.sleep(untilMonotonic: start + delay)
                        list.observe(.start, nanoseconds: clock.monotonicNanoseconds - start, count: 1, lane: .bulk)
                    }
                }
            }
            return list.nanoseconds(.start)
        }
        #expect(order == [10, 20, 30])
    }

    @Test func `stands still until advanced, and tells when somebody sleeps`() async throws {
        let clock = ManualClock()
        let start = clock.monotonicNanoseconds
        let wall = clock.wallTime
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await clock.sleep(nanoseconds: 100) }
            await clock.waitForSleepers(1)
            clock.advance(by: 99)
            await clock.waitForSleepers(1)
            clock.advance(by: 1)
            try await group.waitForAll()
        }
        #expect(clock.monotonicNanoseconds == start + 100)
        #expect(clock.wallTime.rawValue == wall.rawValue + 100)
    }

    @Test func `a cancelled sleeper wakes at once`() async {
        let clock = ManualClock()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await clock.sleep(nanoseconds: .max / 2)
                    return false
                } catch {
                    return true
                }
            }
            await clock.waitForSleepers(1)
            group.cancelAll()
            let wasCancelled = await group.next()
            #expect(wasCancelled == true)
        }
        #expect(!clock.advanceToNextSleeper())
    }

    @Test func `a simulation in which everything waits says so`() {
        #expect(throws: Simulation.Deadlock.self) {
            try Simulation(seed: 3).run { _ in
                let bus = NotificationBus()
                _ = try await bus.subscribe(name: "a", regions: .all).next(max: 1)
            }
        }
    }
}
