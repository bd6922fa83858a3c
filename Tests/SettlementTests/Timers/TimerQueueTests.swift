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

    /// So many that blocks are split when timers are set and joined when they are cancelled.
    @Test(arguments: 0..<4) func manyTimersComeOutInOrderToo(_ seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let timers = Timers()
        var model: [UInt64: Int64] = [:]
        for round in 0..<6 as Range<Int64> {
            for _ in 0..<5_000 {
                let key = UInt64.random(in: 0..<5_000, using: &numbers)
                // Rounds that mostly set, then rounds that mostly cancel; few times, so keys decide often.
                if Int.random(in: 0..<10, using: &numbers) < (round % 2 == 0 ? 9 : 2) {
                    let time = round * 100 + Int64.random(in: 0..<500, using: &numbers)
                    timers.set(key, at: time)
                    model[key] = time
                } else {
                    #expect(timers.cancel(key) == (model.removeValue(forKey: key) != nil))
                }
            }
            let now = round * 100 + 50
            let expected = model.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            for one in expected { model[one.key] = nil }
            #expect(timers.due(to: now) == expected.map(\.key))
        }
        #expect(timers.due(to: .max) == model.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key))
    }

    /// All memory of the structure, room for growth and index included. The worst is just after growing, and it differs by
    /// how the blocks are filled; so every size is looked at, not one that happens to fit. What a timer takes repeats with
    /// each doubling of the index, the last of them here at 229,376: a million takes no more (43 bytes).
    @Test(arguments: ["random", "ascending", "descending"])
    func pendingTimersTakeAtMost64BytesEach(_ order: String) {
        let timers = Timers()
        var numbers = SeededNumbers(seed: 7)
        var worst = 0
        let count: UInt64 = order == "random" ? 270_000 : 50_000
        for key in 0..<count {
            switch order {
            case "ascending": timers.set(key, at: Int64(key))
            case "descending": timers.set(key, at: -Int64(key))
            default: timers.set(key, at: Int64.random(in: 0..<1_000_000_000, using: &numbers))
            }
            if key >= 1_000, key % (key < 20_000 ? 16 : 2_048) == 0 {
                worst = max(worst, timers.queue.reservedBytes / timers.queue.count)
            }
        }
        print("\(order): at most \(worst) bytes a timer, \(timers.queue.reservedBytes / Int(count)) at \(count)")
        #expect(worst <= 56, "\(worst) bytes a timer at the worst size")
    }

    /// Setting timers anew leaves nothing behind, and what is cancelled leaves no blocks that are nearly empty.
    @Test func timersThatMoveAndEndKeepTheirRoom() {
        let timers = Timers()
        for key in 0..<20_000 as Range<UInt64> { timers.set(key, at: Int64(key)) }
        let before = timers.queue.reservedBytes
        for round in 1...3 as ClosedRange<Int64> {
            for key in 0..<20_000 as Range<UInt64> { timers.set(key, at: Int64(key) * 7_919 % 20_011 + round * 10) }
        }
        for key in 0..<20_000 as Range<UInt64> where key % 100 != 0 { _ = timers.cancel(key) }
        for key in 20_000..<39_800 as Range<UInt64> { timers.set(key, at: Int64(key) * 7_919 % 20_011) }
        #expect(timers.queue.count == 20_000)
        #expect(timers.queue.reservedBytes <= before * 5 / 4)
    }

    /// A key that counts how often the queue looks at it: to compare, to find, to hash.
    private struct CountedKey: Hashable, Comparable, Sendable {
        final class Count: Sendable {
            let value = Mutex(0)
            func add() { value.withLock { $0 += 1 } }
        }
        var number: Int
        var count: Count

        static func == (a: Self, b: Self) -> Bool {
            a.count.add()
            return a.number == b.number
        }
        func hash(into hasher: inout Hasher) {
            count.add()
            hasher.combine(number)
        }
        static func < (a: Self, b: Self) -> Bool {
            a.count.add()
            return a.number < b.number
        }
    }

    /// Timers of one time, so each comparison of two is one of their keys. As many due of a hundred times as many cost
    /// the same steps: none but taking them out.
    @Test func timeThatPassesTouchesOnlyWhatIsDue() {
        func steps(due: Int, of pending: Int) -> Int {
            let count = CountedKey.Count()
            var queue = TimerQueue<CountedKey>()
            for number in 0..<pending {
                let time = Timestamp(nanoseconds: number < due ? 5 : 9)
                queue.set(CountedKey(number: number, count: count), at: time)
            }
            count.value.withLock { $0 = 0 }
            var told: [TimerQueue<CountedKey>.Due] = []
            queue.advance(to: Timestamp(nanoseconds: 4), into: &told)
            #expect(told.isEmpty)
            queue.advance(to: Timestamp(nanoseconds: 5), into: &told)
            let steps = count.value.withLock { $0 }
            #expect(told.map(\.key.number) == Array(0..<due))
            return steps + told.count
        }
        #expect(steps(due: 100, of: 1_000) == 100)
        #expect(steps(due: 100, of: 100_000) == 100)
        #expect(steps(due: 1_000, of: 100_000) == 1_000)
    }
}
