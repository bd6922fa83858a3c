internal import Settlement
internal import SettlementTestKit

extension ArrearsDrill {
    /// Carries the drill out on the calling thread, which computes for seconds.
    ///
    /// - Throws: when the simulated world comes to a standstill.
    /// - Precondition: nothing is wrong with the drill (``problem``).
    public func run() throws -> ArrearsDrillReport {
        if let problem { preconditionFailure(problem) }
        let drill = self
        return try Simulation(seed: seed, interleaving: .points).run { clock in
            let world = try DrillWorld(drill, clock: clock)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                let instances = world.addInstances()
                _ = await world.submitForAll { _ in [.openAccount(currency: .cny, creditLimit: .zero)] }
                for controller in world.controllers { group.addTask { await controller.run() } }
                let suspension = try await world.suspend(instances.running)
                try await clock.sleep(nanoseconds: drill.suspendedNanoseconds)
                let (restart, isInTime) = try await world.restart(instances.running, instances.critical)
                return ArrearsDrillReport(
                    seed: drill.seed,
                    suspension: suspension,
                    restart: restart,
                    criticalWithinTarget: isInTime,
                    criticalTargetNanoseconds: drill.criticalTargetNanoseconds,
                    startedAgainstUser: instances.userStopped.count { world.state($0) != .stopped },
                    deadLetters: await world.deadLetters
                )
            }
        }
    }
}

extension DrillWorld {
    fileprivate typealias Step = ArrearsDrillReport.Step

    /// Every account's bills fall due, and nothing is there to pay them.
    fileprivate func suspend(_ running: [Place]) async throws -> [Step] {
        let origin = clock.monotonicNanoseconds
        let month = Month(containing: pool.now, offsetMinutes: pool.configuration.policy.offsetMinutes).previous
        let outcomes = await submitForAll { account in
            (0..<UInt64(drill.billsPerAccount)).map { number in
                .issueBill(
                    Bill(
                        id: BillID(account.rawValue * 1_000 + number),
                        month: month,
                        product: ProductCode(1),
                        region: RegionID(UInt8(number % UInt64(drill.regions))),
                        created: pool.now,
                        amount: Self.billAmount
                    )
                )
            }
        }
        let inArrears = outcomes.count { $0.standingChanged && $0.standing.state == .arrears }
        let arrearsTime = clock.monotonicNanoseconds - origin
        let deadline = origin + drill.windowNanoseconds
        let stops = try await wait(for: running, in: .stopped, origin: origin, deadline: deadline)
        return [
            Step("in arrears", "accounts", inArrears, of: drill.accounts, at: arrearsTime),
            Step("suspended", "instances", stops.count, of: running.count, at: stops.last),
        ]
    }

    /// Every account pays what it owes and a little more.
    fileprivate func restart(_ running: [Place], _ critical: [Place]) async throws -> ([Step], isInTime: Int) {
        let origin = clock.monotonicNanoseconds
        let owed = Amount(minorUnits: Self.billAmount.minorUnits * Int64(drill.billsPerAccount))
        let outcomes = await submitForAll { _ in [.recharge(Amount(minorUnits: owed.minorUnits + 100_00))] }
        let paidTime = clock.monotonicNanoseconds - origin
        let paid = outcomes.count { $0.standingChanged && $0.standing.state == .good }
        let writtenOff = outcomes.reduce(0) { $0 + Int($1.billsWrittenOff) }
        let deadline = origin + drill.windowNanoseconds
        async let criticalStarts = wait(for: critical, in: .running, origin: origin, deadline: deadline)
        async let starts = wait(for: running, in: .running, origin: origin, deadline: deadline)
        let (criticalTimes, times) = try await (criticalStarts, starts)
        let bills = drill.accounts * drill.billsPerAccount
        return (
            [
                Step("paid", "accounts", paid, of: drill.accounts, at: paidTime),
                Step("written off", "bills", writtenOff, of: bills, at: paidTime),
                Step(
                    ArrearsDrillReport.criticalRunning,
                    "instances",
                    criticalTimes.count,
                    of: critical.count,
                    at: criticalTimes.last
                ),
                Step("running", "instances", times.count, of: running.count, at: times.last),
            ], criticalTimes.count { $0 <= drill.criticalTargetNanoseconds }
        )
    }

    private static let billAmount = Amount(minorUnits: 120_00)

    /// Submits operations for every account, a batch at a time as a service would, and returns what became of them.
    fileprivate func submitForAll(_ operations: (AccountID) -> [Operation]) async -> [Outcome] {
        var outcomes: [Outcome] = []
        let accounts = accounts
        for start in stride(from: 0, to: accounts.count, by: 256) {
            let commands = accounts[start..<min(start + 256, accounts.count)].flatMap { account in
                operations(account).map { Command($0, account: account, time: pool.now) }
            }
            for submission in await pool.submit(commands) {
                if case .settled(let outcome) = submission, outcome.refusal == nil { outcomes.append(outcome) }
            }
        }
        return outcomes
    }

    fileprivate var deadLetters: Int {
        get async {
            var count = 0
            for controller in controllers { count += await controller.deadLetters.count }
            return count
        }
    }
}

extension ArrearsDrillReport.Step {
    /// The time is known only if all have got there.
    fileprivate init(_ name: String, _ unit: String, _ count: Int, of expected: Int, at nanoseconds: Int64?) {
        self.init(
            name: name,
            unit: unit,
            count: count,
            expected: expected,
            nanoseconds: count == expected ? nanoseconds : nil
        )
    }
}
