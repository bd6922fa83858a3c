import Settlement
import Synchronization
import Testing

@testable import SettlementTestKit

/// What a node did, in order.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
}

@Suite struct SimulationTests {
    private actor Counter {
        var value = 0
        func next() -> Int {
            value += 1
            return value
        }
    }

    /// Eight tasks share an actor and rest at points.
    private func race(seed: UInt64, _ interleaving: Simulation.Interleaving) throws -> [String] {
        let log = Log()
        let simulation = Simulation(seed: seed, interleaving: interleaving)
        try simulation.run { clock in
            let counter = Counter()
            await withTaskGroup { group in
                for name in 0..<8 {
                    group.addTask {
                        for _ in 0..<3 {
                            await simulation.point()
                            log.add("\(name):\(await counter.next())")
                        }
                    }
                }
            }
        }
        return log.all
    }

    @Test(arguments: [Simulation.Interleaving.everyHop, .points])
    func `the same seed gives the same run and another seed another`(interleaving: Simulation.Interleaving) throws {
        let first = try race(seed: 1, interleaving)
        #expect(first.count == 24)
        #expect(try race(seed: 1, interleaving) == first)
        #expect(try race(seed: 2, interleaving) != first)
    }

    @Test func `time goes on when everybody waits, to the first who has to wake`() throws {
        let log = Log()
        try Simulation(seed: 1).run { clock in
            let begin = clock.monotonicNanoseconds
            await withTaskGroup { group in
                for hours in [3, 1, 2] as [Int64] {
                    group.addTask {
                        try? await clock.sleep(nanoseconds: hours * 3_600_000_000_000)
                        log.add("\((clock.monotonicNanoseconds - begin) / 3_600_000_000_000)")
                    }
                }
            }
        }
        #expect(log.all == ["1", "2", "3"])
    }

    @Test func `cancellation wakes a sleeper at once`() throws {
        let slept = try Simulation(seed: 1).run { clock in
            let begin = clock.monotonicNanoseconds
            await withTaskGroup { group in
                group.addTask { try? await clock.sleep(nanoseconds: 1_000_000_000_000) }
                group.addTask { try? await clock.sleep(nanoseconds: 5) }
                await group.next()
                group.cancelAll()
            }
            return clock.monotonicNanoseconds - begin
        }
        #expect(slept == 5)
    }

    @Test func `a world in which all wait for each other is reported with its seed`() {
        #expect(throws: Simulation.Deadlock.self) {
            try Simulation(seed: 3).run { _ in
                let (stream, continuation) = AsyncStream<Int>.makeStream()
                for await _ in stream {}
                continuation.finish()
            }
        }
    }

    @Test func `a killed node does nothing more, a paused one goes on later`() {
        let log = Log()
        let simulation = Simulation(seed: 1)
        func beat(_ name: String) -> SimulatedNode {
            let node = simulation.makeNode(name)
            node.spawn {
                while (try? await simulation.clock.sleep(nanoseconds: 10)) != nil {
                    log.add("\(name) \(simulation.now - 1_000_000_000)")
                }
            }
            return node
        }
        let killed = beat("killed")
        let paused = beat("paused")
        simulation.advance(byNanoseconds: 15)
        killed.kill()
        paused.pause()
        simulation.advance(byNanoseconds: 100)
        #expect(Set(log.all) == ["killed 10", "paused 10"])
        paused.resume()
        simulation.advance(byNanoseconds: 12)
        #expect(log.all.dropFirst(2) == ["paused 115", "paused 125"])
        #expect(simulation.end() == 0)
        #expect(log.all.count == 4)
    }

    @Test func `a task that does not end when it is cancelled is counted`() {
        let simulation = Simulation(seed: 1)
        simulation.makeNode("stubborn").spawn {
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
        simulation.advance { false }
        #expect(simulation.end() == 1)
    }

    @Test func `what leaves the simulation stops the process when it comes back`() async {
        await #expect(processExitsWith: .failure) {
            let simulation = Simulation(seed: 1)
            let (suspended, resumed) = (Flag(), Flag())
            // The world waits until the stranger is back, so that the resumption cannot be too early or too late.
            simulation.schedule(afterNanoseconds: 1) {
                suspended.set()
                while !resumed.isSet {}
            }
            try simulation.run { _ in
                await withCheckedContinuation { continuation in
                    Task.detached {
                        while !suspended.isSet {}
                        continuation.resume()
                        resumed.set()
                    }
                }
            }
        }
    }
}

/// Something that has happened or not, seen from two threads.
private final class Flag: Sendable {
    private let state = Atomic(false)
    var isSet: Bool { state.load(ordering: .sequentiallyConsistent) }
    func set() { state.store(true, ordering: .sequentiallyConsistent) }
}
