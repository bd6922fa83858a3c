import Settlement
import SettlementTestKit
import Testing

@testable import Settlement

@Suite struct TokenBucketTests {
    @Test func `refills to the nanosecond`() {
        var bucket = TokenBucket(TokenRate(capacity: 5, refillPerSecond: 2), at: 0)
        #expect(bucket.take(upTo: 9, at: 0) == 5)
        #expect(bucket.instant(of: 1, at: 0) == 500_000_000)
        #expect(bucket.take(1, at: 499_999_999) == false)
        #expect(bucket.take(1, at: 500_000_000) == true)
        #expect(bucket.take(1, at: 999_999_999) == false)
        #expect(bucket.take(1, at: 1_000_000_000) == true)
    }

    @Test func `rounds the instant up when a rate does not divide a second`() {
        var bucket = TokenBucket(TokenRate(capacity: 1, refillPerSecond: 3), at: 0)
        #expect(bucket.take(1, at: 0) == true)
        let instant = bucket.instant(of: 1, at: 0)
        #expect(instant == 333_333_334)
        #expect(bucket.take(1, at: instant - 1) == false)
        #expect(bucket.take(1, at: instant) == true)
    }

    @Test func `is full after any time, and time does not go back`() {
        var bucket = TokenBucket(TokenRate(capacity: 1_000_000_000, refillPerSecond: 1_000_000_000), at: 0)
        #expect(bucket.take(1_000_000_000, at: 0) == true)
        #expect(bucket.take(upTo: .max, at: .max - 1) == 1_000_000_000)
        #expect(bucket.take(upTo: 1, at: 0) == 0)
    }

    @Test func `never gives more than capacity and refill`() {
        var generator = SplitMix64(seed: 7)
        var bucket = TokenBucket(TokenRate(capacity: 10, refillPerSecond: 7), at: 0)
        var now: Int64 = 0
        var taken: Int64 = 0
        for _ in 0..<10_000 {
            now += Int64.random(in: 0...50_000_000, using: &generator)
            taken += bucket.take(upTo: Int64.random(in: 0...3, using: &generator), at: now)
            #expect(taken <= 10 + 7 * now / 1_000_000_000 + 1)
        }
        #expect(taken >= 7 * now / 1_000_000_000)
    }

    @Test func `what was not used is given back, up to the capacity`() {
        var bucket = TokenBucket(TokenRate(capacity: 10, refillPerSecond: 1), at: 0)
        #expect(bucket.take(upTo: 8, at: 0) == 8)
        bucket.giveBack(5, at: 0)
        #expect(bucket.take(upTo: 9, at: 0) == 7)
        bucket.giveBack(.max, at: 0)
        bucket.giveBack(-1, at: 0)
        #expect(bucket.take(upTo: 99, at: 0) == 10)
        var large = TokenBucket(TokenRate(capacity: 1_000_000_000, refillPerSecond: 1), at: 0)
        large.giveBack(1_000_000_000, at: 0)
        #expect(large.take(upTo: .max, at: 0) == 1_000_000_000)
    }

    @Test func `a lower capacity loses what it cannot hold`() {
        var bucket = TokenBucket(TokenRate(capacity: 10, refillPerSecond: 1), at: 0)
        bucket.change(to: TokenRate(capacity: 3, refillPerSecond: 1), at: 0)
        #expect(bucket.take(upTo: 10, at: 0) == 3)
    }
}

@Suite struct BackoffTests {
    @Test func `doubles up to the cap and stays within a random half`() {
        let backoff = Backoff(baseNanoseconds: 100, capNanoseconds: 1_000)
        var generator = SplitMix64(seed: 1)
        let steps: [(attempts: Int, step: Int64)] = [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1_000), (500, 1_000)]
        for (attempts, step) in steps {
            let delays = (0..<1_000).map { _ in backoff.delay(after: attempts, using: &generator) }
            #expect(delays.allSatisfy { ($0 >= step / 2) && $0 <= step })
            #expect(Set(delays).count > 10, "jitter spreads")
        }
    }

    @Test func `does not overflow`() {
        let backoff = Backoff(baseNanoseconds: .max / 2, capNanoseconds: .max)
        var generator = SplitMix64(seed: 1)
        #expect(backoff.delay(after: 3, using: &generator) >= Int64.max / 2)
    }

    @Test func `the same seed gives the same numbers`() {
        var generator = SplitMix64(seed: 1_234_567)
        // The published first values of this seed.
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }
}

@Suite struct CallBudgetTests {
    @Test func `takes one request and as many items as there are`() {
        var budget = CallBudget(
            requests: TokenRate(capacity: 2, refillPerSecond: 1),
            items: TokenRate(capacity: 3, refillPerSecond: 1),
            at: 0
        )
        #expect(budget.grant(upTo: 2, at: 0) == .now(2))
        #expect(budget.grant(upTo: 2, at: 0) == .now(1))
        #expect(budget.grant(upTo: 2, at: 0) == .notBefore(1_000_000_000))
        #expect(budget.grant(upTo: 2, at: 1_000_000_000) == .now(1))
    }

    @Test func `pauses longer with each trouble until the region answers`() throws {
        var budget = CallBudget(requests: TokenRate(capacity: 9, refillPerSecond: 1), at: 0)
        let backoff = Backoff(baseNanoseconds: 100, capNanoseconds: 10_000)
        var generator = SplitMix64(seed: 3)
        budget.pause(backoff, using: &generator, at: 0)
        let first = try Self.end(of: budget.grant(upTo: 1, at: 0))
        budget.pause(backoff, using: &generator, at: first)
        let second = try Self.end(of: budget.grant(upTo: 1, at: first))
        #expect(50...100 ~= first && 100...200 ~= second - first)
        let granted = budget.grant(upTo: 1, at: second)
        #expect(granted == .now(1))
        budget.recover()
        #expect(budget.troubles == 0)
    }

    static func end(of grant: CallBudget.Grant) throws -> Int64 {
        guard case .notBefore(let instant) = grant else { throw Unpaused() }
        return instant
    }

    struct Unpaused: Error {}
}
