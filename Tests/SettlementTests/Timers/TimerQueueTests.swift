import Settlement
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

    @Test func aMillionPendingTakeAtMost64BytesEach() {
        let timers = Timers()
        var numbers = SeededNumbers(seed: 7)
        for key in 0..<1_000_000 as Range<UInt64> {
            timers.set(key, at: Int64.random(in: 0..<1_000_000_000, using: &numbers))
        }
        #expect(timers.queue.reservedBytes <= 64 * timers.queue.count, "\(timers.queue.reservedBytes) bytes")
        // Setting timers anew leaves nothing behind.
        let before = timers.queue.reservedBytes
        for key in 0..<100_000 as Range<UInt64> { timers.set(key, at: Int64(key)) }
        #expect(timers.queue.count == 1_000_000 && timers.queue.reservedBytes == before)
        // Only what is due is touched: of a million, the one.
        let first = timers.due(to: 0)
        #expect(first.contains(0) && first.count < 10)
    }
}
