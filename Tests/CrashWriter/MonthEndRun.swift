#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Settlement

/// Opens accounts, each with cash and three bills of October; every fifth can pay one of them only.
struct PopulationRun {
    private let settings: WriterSettings

    init(_ settings: WriterSettings) { self.settings = settings }

    func run() async throws {
        let pool = try WriterPool.open(settings, .file(settings.journal))
        let time = WriterPool.time(in: WriterPool.october)
        for first in stride(from: 1, through: settings.accounts, by: 4_000) {
            let accounts = first...min(first + 3_999, settings.accounts)
            _ = try await pool.load(accounts.flatMap { Self.commands(for: $0, at: time) })
        }
        if settings.snapshotEvery > 0 { try await pool.snapshot() }
        try await pool.shutdown()
        WriterReport.tell("populated")
    }

    private static func commands(for account: UInt64, at time: Timestamp) -> [Command] {
        let cash: Int64 = account.isMultiple(of: 5) ? 100 : 1_000
        let bills = (0..<3 as Range<UInt64>).map { place in
            Operation.issueBill(
                Bill(
                    id: BillID(account * 3 + place),
                    month: WriterPool.october,
                    line: place == 1 ? .marketplace : .provider,
                    product: ProductCode(UInt16(place)),
                    region: RegionID(UInt8(account % 8)),
                    created: time,
                    amount: Amount(minorUnits: 100)
                )
            )
        }
        let operations =
            [.openAccount(currency: .cny, creditLimit: .zero), .recharge(Amount(minorUnits: cash))] + bills
        return operations.map { Command($0, account: AccountID(account), time: time) }
    }
}

/// Closes October while the accounts that cannot pay are recharged one by one.
///
/// Neither the order of recharges nor how they mix with the close changes the final state.
struct MonthEndRun {
    private let settings: WriterSettings

    init(_ settings: WriterSettings) { self.settings = settings }

    func run() async throws {
        let pool = try WriterPool.open(settings, .file(settings.journal))
        WriterReport.tell("ready pid=\(getpid())")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let summary = try await MonthEnd(of: WriterPool.october, in: pool).run()
                WriterReport.tell("closed ranges=\(summary.rangesClosed) skipped=\(summary.rangesSkipped)")
            }
            for worker in 0..<settings.workers {
                group.addTask { try await recharge(worker, in: pool) }
            }
            try await group.waitForAll()
        }
        let audit = try await pool.audit()
        if let finding = audit.findings.first { throw Violation("the books do not balance: \(finding)") }
        WriterReport.tell("digest \(try await pool.digest()) open=\(audit.openBills)")
        try await pool.shutdown()
    }

    private func recharge(_ worker: Int, in pool: SettlementPool) async throws {
        let done = settings.done(by: worker)
        var position = done - min(done, settings.again)
        while true {
            let number = position * UInt64(settings.workers) + UInt64(worker) + 1
            guard number <= settings.accounts / 5 else { return }
            let key = IdempotencyKey(high: Workload.keySpace, low: number)
            let amount = Operation.recharge(Amount(minorUnits: 200 + Int64(number % 3)))
            try await pool.acknowledge(Command(amount, account: AccountID(5 * number), time: pool.now, key: key))
            position += 1
        }
    }
}
