public import SettlementLedger

/// Closes a month for every account of a pool: frozen bills become due, are rounded down and written off.
///
/// Ranges of accounts are closed side by side, a bounded number at a time; after each range a checkpoint is journaled,
/// so a run that was interrupted goes on where it stopped, and running it again adds nothing.
///
/// ```swift
/// let monthEnd = MonthEnd(of: Month(year: 2026, month: 10), in: pool)
/// async let summary = monthEnd.run()
/// for await progress in monthEnd.progress { print(progress.accountsVisited) }
/// print(try await summary.billsWrittenOff)
/// ```
public struct MonthEnd: Sendable {
    /// The month that is closed.
    public let month: Month
    /// The newest progress, whenever a range has been closed; a slow reader misses intermediate values, never the last.
    public let progress: AsyncStream<MonthEndProgress>

    private let pool: SettlementPool
    private let report: AsyncStream<MonthEndProgress>.Continuation

    /// - Parameters:
    ///   - month: must be over at the pool's business time.
    public init(of month: Month, in pool: SettlementPool) {
        self.month = month
        self.pool = pool
        (progress, report) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Runs to the end.
    ///
    /// Cancellation is honoured between ranges: what is closed stays closed, whole.
    /// - Throws: ``MonthEndError``.
    public func run() async throws(MonthEndError) -> MonthEndProgress {
        defer { report.finish() }
        let time = pool.now
        guard month < Month(containing: time, offsetMinutes: pool.configuration.policy.offsetMinutes) else {
            throw .notOver(month)
        }
        do {
            return try await close(at: time)
        } catch let error as SettlementError {
            throw .settlement(error)
        } catch {
            throw .cancelled
        }
    }

    private func close(at time: Timestamp) async throws -> MonthEndProgress {
        let ranges = try await pool.monthEndRanges()
        var total = MonthEndProgress(rangesTotal: ranges.count)
        try await withThrowingTaskGroup(of: MonthCloseProgress?.self) { group in
            var next = ranges.makeIterator()
            // Two ranges a shard: while one waits for the disk, the other is ready to be let in.
            for _ in 0..<(2 * pool.shards.count) {
                guard let range = next.next() else { break }
                group.addTask { try await pool.closeMonth(month, range: range, at: time) }
            }
            while let closed = try await group.next() {
                total.add(closed)
                report.yield(total)
                try Task.checkCancellation()
                if let range = next.next() {
                    group.addTask { try await pool.closeMonth(month, range: range, at: time) }
                }
            }
        }
        return total
    }
}

/// How far a month end has come.
public struct MonthEndProgress: Sendable, Hashable {
    /// Ranges of accounts at the start of the run.
    public var rangesTotal: Int
    /// Ranges closed by this run.
    public var rangesClosed = 0
    /// Ranges that an earlier run had closed.
    public var rangesSkipped = 0
    /// Accounts of the ranges closed by this run.
    public var accountsVisited = 0
    /// Bills written off completely by this run.
    public var billsWrittenOff = 0
    /// Bills that became due and could not be paid in full: they stay open.
    public var billsLeftOpen = 0

    mutating func add(_ closed: MonthCloseProgress?) {
        guard let closed else {
            rangesSkipped += 1
            return
        }
        rangesClosed += 1
        accountsVisited += Int(closed.accountsVisited)
        billsWrittenOff += Int(closed.billsWrittenOff)
        billsLeftOpen += Int(closed.billsLeftOpen)
    }
}

/// Why a month end did not run to its end. Running it again goes on where it stopped.
public enum MonthEndError: Error, Sendable, CustomStringConvertible {
    /// The month is not over at the pool's business time.
    case notOver(Month)
    /// The run was cancelled between two ranges.
    case cancelled
    /// A shard could not go on.
    case settlement(SettlementError)

    /// What happened and how to go on.
    public var description: String {
        switch self {
        case .notOver(let month): "month \(month) is not over yet; close it after its last instant"
        case .cancelled: "the month end was cancelled; run it again to go on"
        case .settlement(let error): "\(error)"
        }
    }
}
