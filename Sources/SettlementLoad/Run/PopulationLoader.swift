internal import Settlement

/// Brings a population into a pool through the bulk lane: accounts, opening funds, bills, refunds.
///
/// Every command has a key that follows from seed and account, so loading again what a killed run had loaded changes
/// nothing.
struct PopulationLoader: Sendable {
    let pool: SettlementPool
    let population: Population
    let keys: KeyMaker
    let clock: any SettlementClock

    /// Accounts loaded together.
    private static let accountsPerChunk = 2_048
    /// Commands that cross into the pool together, far below what a shard admits: an account may have many bills.
    private static let commandsPerBatch = 8_192
    /// Chunks under way at a time.
    private static let chunksInFlight = 4

    /// - Parameter report: called with the number of accounts loaded so far.
    func load(report: @Sendable (Int) -> Void) async throws(RunError) {
        let count = population.accountCount
        var loaded = 0
        try await internNames()
        do {
            try await withThrowingTaskGroup(of: Int.self) { group in
                var starts = stride(from: 0, to: count, by: Self.accountsPerChunk).makeIterator()
                for _ in 0..<Self.chunksInFlight {
                    guard let start = starts.next() else { break }
                    group.addTask { try await self.loadChunk(from: start) }
                }
                while let done = try await group.next() {
                    loaded += done
                    report(loaded)
                    if let start = starts.next() { group.addTask { try await self.loadChunk(from: start) } }
                }
            }
        } catch let error as RunError {
            throw error
        } catch {
            throw .interrupted
        }
    }

    /// Imported accounts have names; the journal keeps which is which.
    private func internNames() async throws(RunError) {
        let names = (0..<population.accountCount).compactMap { population.name(ofAccount: $0) }
        guard !names.isEmpty else { return }
        let accounts: [AccountID]
        do throws(SettlementError) {
            accounts = try await pool.intern(names)
        } catch {
            throw .pool(error)
        }
        for (index, account) in accounts.enumerated() where account != population.accountID(index) {
            throw .ambiguousName(names[index])
        }
    }

    private func loadChunk(from start: Int) async throws(RunError) -> Int {
        var chunk = PopulationChunk()
        let end = min(start + Self.accountsPerChunk, population.accountCount)
        population.fill(&chunk, with: start..<end)
        let commands = commands(for: chunk)
        for first in stride(from: 0, to: commands.count, by: Self.commandsPerBatch) {
            var part = Array(commands[first..<min(first + Self.commandsPerBatch, commands.count)])
            while !part.isEmpty { part = try await submit(part) }
        }
        return end - start
    }

    /// Submits commands and returns those to submit again, after a pause: their shard was full.
    private func submit(_ commands: [Command]) async throws(RunError) -> [Command] {
        var turnedAway: [Command] = []
        var pause: Int64 = 0
        for (command, submission) in zip(commands, await pool.submit(commands, lane: .bulk)) {
            switch submission {
            case .settled(let outcome) where outcome.refusal == nil || outcome.refusal == .accountExists: continue
            case .settled(let outcome): throw .population(command, outcome.refusal)
            case .failed(let error):
                guard error.code == .overloaded || error.code == .diskFull else { throw .pool(error) }
                turnedAway.append(command)
                pause = max(pause, error.retryAfterNanoseconds ?? 0)
            }
        }
        do throws(CancellationError) {
            if pause > 0 { try await clock.sleep(nanoseconds: pause) }
        } catch {
            throw .interrupted
        }
        return turnedAway
    }

    private func commands(for chunk: PopulationChunk) -> [Command] {
        var commands: [Command] = []
        commands.reserveCapacity(2 * chunk.accounts.count + chunk.bills.count)
        let time = pool.now
        for account in chunk.accounts {
            var ordinal: UInt64 = 0
            func add(_ operation: Operation) {
                let key = keys.key(.population, UInt64(account.index) << 24 | ordinal)
                commands.append(Command(operation, account: account.id, time: time, key: key))
                ordinal += 1
            }
            add(.openAccount(currency: population.currency(ofAccount: Int(account.index)), creditLimit: .zero))
            if account.isDeferred { add(.setDeferral(Deferral())) }
            if account.openingFunds > .zero { add(.recharge(account.openingFunds)) }
            for refund in chunk.refunds[account.refunds] { add(.refund(refund.amount, month: refund.month)) }
            for bill in chunk.bills[account.bills] { add(.issueBill(bill)) }
        }
        return commands
    }
}
