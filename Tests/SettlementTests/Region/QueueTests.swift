import Testing

@testable import Settlement

@Suite struct KeyQueueTests {
    @Test func `holds a key once and keeps the order of marking`() {
        var queue = KeyQueue<Int>()
        for key in [3, 1, 3, 2, 1] { queue.add(key, .routine) }
        #expect(queue.count == 3)
        #expect(queue.take(limit: 2, at: 0) == [3, 1])
        #expect(queue.take(limit: 9, at: 0) == [2])
        #expect(queue.hasReady(at: 0) == false)
    }

    @Test func `urgent keys overtake, also when they waited as routine`() {
        var queue = KeyQueue<Int>()
        for key in 1...4 { queue.add(key, .routine) }
        queue.add(9, .urgent)
        queue.add(3, .urgent)
        queue.add(3, .routine)
        #expect(queue.take(limit: 9, at: 0) == [9, 3, 1, 2, 4])
    }

    @Test func `a key marked while it is processed comes again, never twice at a time`() {
        var queue = KeyQueue<Int>()
        queue.add(1, .urgent)
        #expect(queue.take(limit: 1, at: 0) == [1])
        queue.add(1, .routine)
        queue.add(1, .urgent)
        #expect(queue.take(limit: 1, at: 0) == [])
        queue.finish(1)
        #expect(queue.take(limit: 9, at: 0) == [1])
        queue.finish(1)
        #expect(queue.count == 0 && queue.take(limit: 1, at: 0) == [])
    }

    @Test func `a delayed key waits for the earliest of its instants`() {
        var queue = KeyQueue<Int>()
        queue.add(1, at: 50)
        queue.add(1, at: 20)
        queue.add(1, at: 90)
        queue.add(2, at: 40)
        #expect(queue.nextDue == 20)
        #expect(queue.take(limit: 9, at: 19) == [])
        #expect(queue.hasReady(at: 20) && queue.take(limit: 9, at: 20) == [1])
        #expect(queue.nextDue == 40)
        queue.add(2, .routine)
        #expect(queue.nextDue == nil && queue.take(limit: 9, at: 0) == [2])
    }

    @Test func `a delay asked for while processing is kept, and news beats it`() {
        var queue = KeyQueue<Int>()
        queue.add(1, .urgent)
        _ = queue.take(limit: 1, at: 0)
        queue.add(1, at: 70)
        queue.finish(1)
        #expect(queue.take(limit: 1, at: 69) == [] && queue.take(limit: 1, at: 70) == [1])
        queue.add(1, at: 90)
        queue.add(1, .routine)
        queue.finish(1)
        #expect(queue.take(limit: 1, at: 70) == [1])
    }
}

@Suite struct CommandQueueTests {
    static func command(_ id: UInt64, caused: Bool = false, epoch: UInt32 = 1) -> InstanceCommand {
        InstanceCommand(
            instance: InstanceID(id),
            account: AccountID(id),
            kind: .start,
            epoch: epoch,
            cause: caused ? Cause(takenAt: 1, intendedAt: 1, lane: .interactive, epoch: epoch) : nil
        )
    }

    @Test func `what a notification caused overtakes what the sweep found`() {
        var queue = CommandQueue()
        queue.set(Self.command(1))
        queue.set(Self.command(2))
        queue.set(Self.command(3, caused: true))
        queue.set(Self.command(2, caused: true))
        #expect(queue.count == 3)
        #expect(queue.take(limit: 9).map(\.instance.rawValue) == [3, 2, 1])
        #expect(queue.count == 0 && queue.take(limit: 9).isEmpty)
    }

    @Test func `what an account needs first overtakes everything, and stops overtake nothing`() {
        var queue = CommandQueue()
        var stop = Self.command(4, caused: true)
        stop.kind = .stop(epoch: 1)
        stop.isCritical = true
        queue.set(Self.command(1, caused: true))
        queue.set(stop)
        for id: UInt64 in 2...3 {
            var critical = Self.command(id)
            critical.isCritical = true
            queue.set(critical)
        }
        queue.remove(InstanceID(2))
        #expect(queue.criticalCount == 1 && queue.nextCriticalCause == nil)
        let taken = queue.take(limit: 1)
        #expect(taken.map(\.instance.rawValue) == [3] && queue.criticalCount == 0)
        queue.putBack(taken)
        #expect(queue.criticalCount == 1)
        #expect(queue.take(limit: 9).map(\.instance.rawValue) == [3, 1, 4])
    }

    @Test func `a removed command is not taken, and one put back comes first`() {
        var queue = CommandQueue()
        for id: UInt64 in 1...3 { queue.set(Self.command(id)) }
        queue.remove(InstanceID(2))
        let taken = queue.take(limit: 1)
        queue.putBack(taken)
        #expect(queue.count == 2)
        #expect(queue.take(limit: 9).map(\.instance.rawValue) == [1, 3])
    }

    @Test func `a command planned again keeps its cause, unless the standing has changed`() {
        var queue = CommandQueue()
        queue.set(Self.command(1, caused: true))
        queue.set(Self.command(1))
        queue.set(Self.command(2, caused: true))
        queue.set(Self.command(2, epoch: 3))
        #expect(queue.take(limit: 9).map(\.cause?.epoch) == [1, nil])
    }

    @Test func `a command counts as issued only for the standing and the kind that were`() {
        var queue = CommandQueue()
        for id: UInt64 in 1...3 {
            var issued = Self.command(id)
            issued.wasIssued = true
            queue.putBack([issued])
        }
        queue.set(Self.command(1))
        queue.set(Self.command(2, epoch: 3))
        var stop = Self.command(3)
        stop.kind = .stop(epoch: 1)
        queue.set(stop)
        let issued = queue.take(limit: 9).filter(\.wasIssued)
        #expect(issued.map(\.instance.rawValue) == [1])
    }

    @Test func `a changed command keeps its place`() {
        var queue = CommandQueue()
        queue.set(Self.command(1))
        queue.set(Self.command(2))
        queue.set(Self.command(1, epoch: 3))
        #expect(queue.take(limit: 9).map(\.epoch) == [3, 1])
    }
}

@Suite struct FailureNoticesTests {
    @Test func `the first failure is told at once, those after it once a period`() {
        var notices = FailureNotices()
        let period = FailureNotices.periodNanoseconds
        #expect(notices.add(at: 0) == 1)
        #expect(notices.add(at: 1) == nil && notices.add(at: period - 1) == nil)
        #expect(notices.add(at: period) == 3)
        #expect(notices.add(at: 9 * period) == 1)
    }
}
