/// How long to wait before the next attempt: doubling up to a cap, and of that a random half, so that many who failed
/// together do not come back together.
public struct Backoff: Sendable, Hashable {
    /// Longest wait before the second attempt, in nanoseconds, at least 1.
    public var baseNanoseconds: Int64
    /// Longest wait ever, in nanoseconds.
    public var capNanoseconds: Int64

    /// By default from 1 second to 5 minutes.
    public init(baseNanoseconds: Int64 = 1_000_000_000, capNanoseconds: Int64 = 300_000_000_000) {
        precondition(
            baseNanoseconds > 0 && capNanoseconds >= baseNanoseconds,
            "a backoff grows from above 0 to its cap"
        )
        self.baseNanoseconds = baseNanoseconds
        self.capNanoseconds = capNanoseconds
    }

    /// Nanoseconds to wait after `attempts` failed attempts, at least 1: between half of the step and the whole of it.
    public func delay(after attempts: Int, using generator: inout some RandomNumberGenerator) -> Int64 {
        precondition(attempts > 0, "nothing has failed yet")
        let step = attempts > 62 ? capNanoseconds : min(capNanoseconds, grown(by: attempts - 1))
        return Int64.random(in: (step - step / 2)...step, using: &generator)
    }

    private func grown(by doublings: Int) -> Int64 {
        baseNanoseconds > capNanoseconds >> Int64(doublings) ? capNanoseconds : baseNanoseconds << Int64(doublings)
    }
}
