import Settlement
import Synchronization
import Testing

@Suite struct TimerQueueTests {
    /// A queue that can be changed inside an expectation.
    private final class Timers {
        var queue = TimerQueue<UInt64>()

        @discardableResult
        func set(_ key: UInt64, at time: Int64) -> UInt32 { queue.set(key, at: Timestamp(nanoseconds: time)) }

        func cancel(_ key: UInt64, generation: UInt32? = nil) -> Bool { queue.cancel(key, generation: generation) }

        func due(to time: Int64, limit: Int = .max) -> [UInt64] {
            var due: [TimerQueue<UInt64>.Due] = []
            queue.advance(to: Timestamp(nanoseconds: time), limit: limit, into: &due)
            return due.map(\.key)
        }
    }

    @Test func comesOutByTimeThenKeyWhateverTheOrderOfSetting() {
        for order in [[3, 1, 2, 9, 4], [9, 4, 3, 2, 1], [1, 2, 3, 4, 9]] as [[UInt64]] {
            let timers = Timers()
            for key in order { timers.set(key, at: key == 9 ? 5 : 7) }
            #expect(timers.due(to: 6) == [9])
            #expect(timers.queue.nextDue == Timestamp(nanoseconds: 7))
            #expect(timers.due(to: 7, limit: 3) == [1, 2, 3])
            #expect(timers.due(to: 7) == [4])
            #expect(timers.queue.count == 0 && timers.queue.nextDue == nil)
        }
    }

    @Test func aLateCancellationDoesNotHitTheTimerSetAnew() {
        let timers = Timers()
        let old = timers.set(1, at: 10)
        let new = timers.set(1, at: 20)
        #expect(!timers.cancel(1, generation: old))
        #expect(timers.due(to: 15).isEmpty)
        #expect(timers.queue.due(of: 1) == Timestamp(nanoseconds: 20))
        #expect(timers.cancel(1, generation: new))
        #expect(!timers.cancel(1))
        #expect(timers.due(to: 99).isEmpty)
    }

    /// Against a model that sorts: set, move, cancel and advance at random.
    @Test(arguments: 0..<20)
    func doesWhatAPlainTableDoes(_ seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let timers = Timers()
        var model: [UInt64: Int64] = [:]
        var now: Int64 = 0
        for _ in 0..<2_000 {
            let key = UInt64.random(in: 0..<200, using: &numbers)
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0..<6:
                let time = now + Int64.random(in: 0..<50, using: &numbers)
                timers.set(key, at: time)
                model[key] = time
            case 6..<8:
                #expect(timers.cancel(key) == (model.removeValue(forKey: key) != nil))
            default:
                now += Int64.random(in: 0..<10, using: &numbers)
                let expected = model.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
                for one in expected { model[one.key] = nil }
                #expect(timers.due(to: now) == expected.map(\.key))
            }
            #expect(timers.queue.count == model.count)
            #expect(timers.queue.nextDue?.rawValue == model.values.min())
        }
    }

    /// The worst is just after growing; so every size is looked at, not one that happens to fit.
    @Test func pendingTimersTakeAtMost64BytesEach() {
        let timers = Timers()
        var numbers = SeededNumbers(seed: 7)
        var worst = 0
        for key in 0..<1_000_000 as Range<UInt64> {
            timers.set(key, at: Int64.random(in: 0..<1_000_000_000, using: &numbers))
            if key >= 1_000 { worst = max(worst, timers.queue.reservedBytes / timers.queue.count) }
        }
        #expect(worst <= 48, "\(worst) bytes a timer at the worst size")
        // Setting timers anew leaves nothing behind.
        let before = timers.queue.reservedBytes
        for key in 0..<100_000 as Range<UInt64> { timers.set(key, at: Int64(key)) }
        #expect(timers.queue.count == 1_000_000 && timers.queue.reservedBytes == before)
    }

    /// A key that counts how often the queue looks at it to find an order.
    private struct CountedKey: Hashable, Comparable, Sendable {
        final class Count: Sendable {
            let value = Mutex(0)
        }
        var number: Int
        var count: Count

        static func == (a: Self, b: Self) -> Bool { a.number == b.number }
        func hash(into hasher: inout Hasher) { hasher.combine(number) }
        static func < (a: Self, b: Self) -> Bool {
            a.count.value.withLock { $0 += 1 }
            return a.number < b.number
        }
    }

    /// All of one time, so each comparison of timers is one of keys.
    @Test func timeThatPassesTouchesWhatIsDue() {
        func comparisons(due: Int, of pending: Int) -> Int {
            let count = CountedKey.Count()
            var queue = TimerQueue<CountedKey>()
            for number in 0..<pending {
                let time = Timestamp(nanoseconds: number < due ? 5 : 9)
                queue.set(CountedKey(number: number, count: count), at: time)
            }
            count.value.withLock { $0 = 0 }
            var told: [TimerQueue<CountedKey>.Due] = []
            queue.advance(to: Timestamp(nanoseconds: 4), into: &told)
            #expect(told.isEmpty && count.value.withLock { $0 } == 0)
            queue.advance(to: Timestamp(nanoseconds: 5), into: &told)
            #expect(told.map(\.key.number) == Array(0..<due))
            return count.value.withLock { $0 }
        }
        let few = comparisons(due: 100, of: 1_000)
        let many = comparisons(due: 100, of: 100_000)
        // A hundred times as many that are not due: some more levels of the heap, of four comparisons each.
        #expect(many <= few + 100 * 5 * 4, "\(few) comparisons among 1,000, \(many) among 100,000")
    }
}
