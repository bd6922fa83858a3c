public import Settlement
public import SettlementLedger
internal import Synchronization

/// A scripted ``StandingSource``: standings are what the test writes.
public final class StandingBook: StandingSource {
    private struct State {
        var standings: [AccountID: (standing: Standing, since: Int64)] = [:]
        var isAvailable = true
        var reads = 0
    }

    private let state = Mutex(State())
    private let clock: any SettlementClock

    /// An empty book.
    public init(clock: any SettlementClock) { self.clock = clock }

    /// Opens an account or replaces its standing.
    public subscript(account: AccountID) -> Standing? {
        get { state.withLock { $0.standings[account]?.standing } }
        set {
            let now = clock.monotonicNanoseconds
            state.withLock { $0.standings[account] = newValue.map { ($0, now) } }
        }
    }

    /// Moves an account to the other state: the epoch grows by 1. Returns the new standing.
    @discardableResult
    public func flip(_ account: AccountID) -> Standing {
        var standing = self[account] ?? Standing(state: .good, epoch: 0)
        standing = Standing(state: standing.state == .good ? .arrears : .good, epoch: standing.epoch + 1)
        self[account] = standing
        return standing
    }

    /// Whether standings can be read; `false`: every read throws.
    public var isAvailable: Bool {
        get { state.withLock { $0.isAvailable } }
        set { state.withLock { $0.isAvailable = newValue } }
    }

    /// How many batches were read.
    public var reads: Int { state.withLock { $0.reads } }

    /// The truth for ``SimulatedRegion``: a standing and since when it holds.
    public func truth(of account: AccountID) -> (standing: Standing, since: Int64)? {
        state.withLock { $0.standings[account] }
    }

    /// What the test has written.
    public func standings(of accounts: [AccountID]) async throws(StandingUnavailable) -> [Standing?] {
        let answer: [Standing?]? = state.withLock { state in
            state.reads += 1
            guard state.isAvailable else { return nil }
            return accounts.map { state.standings[$0]?.standing }
        }
        guard let answer else { throw StandingUnavailable(reason: "the test has closed the book") }
        return answer
    }
}
