internal import Logging
internal import SettlementLedger
internal import Tracing

/// What the cloud shows: queries for accounts, and the sweep over everything.
extension RegionController {
    /// Asks the cloud about accounts: those never seen, those whose cached instances gave nothing to do, and those with
    /// an instance on its way.
    func lookUpAccounts(on signal: WakeSignal) async throws(CancellationError) {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                switch state.nextLookups(at: clock.monotonicNanoseconds) {
                case .call(let accounts): group.addTask { await self.lookUp(accounts) }
                case .wait(let deadline): try? await signal.wait(until: deadline, clock: clock)
                }
            }
        }
        throw CancellationError()
    }

    private func lookUp(_ accounts: [AccountID]) async {
        let issuedAt = clock.monotonicNanoseconds
        let answer = await call("instances") { driver async throws(DriverError) in
            try await driver.instances(of: accounts)
        }
        let now = clock.monotonicNanoseconds
        state.readCalls -= 1
        switch answer {
        case .success(let instances):
            state.reads.recover()
            report(
                state.observe(
                    accounts: accounts,
                    instances: instances,
                    issuedAt: issuedAt,
                    at: now,
                    time: clock.wallTime
                ),
                at: now
            )
        case .failure:
            state.postponeLookups(accounts, at: now)
        }
        wake()
    }

    /// Compares every instance with its account's standing: at once, then once a period or when notifications are gone.
    func sweep(on signal: WakeSignal) async throws(CancellationError) {
        var nextAt = clock.monotonicNanoseconds
        while true {
            let now = clock.monotonicNanoseconds
            if isSweepDue || now >= nextAt {
                isSweepDue = false
                nextAt = now + settings.sweepPeriodNanoseconds
                try await sweepOnce(from: now, on: signal)
            } else {
                try await signal.wait(until: nextAt, clock: clock)
            }
        }
    }

    private func sweepOnce(from begin: Int64, on signal: WakeSignal) async throws(CancellationError) {
        state.reviveDeadLetters(nil)
        var token: PageToken?
        while true {
            try await awaitReadToken(on: signal)
            let issuedAt = clock.monotonicNanoseconds
            let (place, limit) = (token, state.limits.page)
            let answer = await call("list") { driver async throws(DriverError) in
                try await driver.list(after: place, limit: limit)
            }
            if Task.isCancelled { throw CancellationError() }
            let now = clock.monotonicNanoseconds
            switch answer {
            case .success(let page):
                state.reads.recover()
                report(state.observe(page: page.instances, issuedAt: issuedAt, at: now, time: clock.wallTime), at: now)
                if page.next == nil {
                    state.finishSweep(begin: begin)
                    sweepsCompleted += 1
                }
                wake()
                guard let next = page.next else { return }
                token = next
            case .failure:
                state.pauseReads(at: now)
            }
        }
    }

    private func awaitReadToken(on signal: WakeSignal) async throws(CancellationError) {
        sweepAwaitsToken = true
        defer { sweepAwaitsToken = false }
        while case .notBefore(let instant) = state.reads.grant(upTo: 1, at: clock.monotonicNanoseconds) {
            try await signal.wait(until: instant, clock: clock)
        }
    }

    /// Instances have been seen running.
    private func report(_ arrivals: [Arrival], at now: Int64) {
        for arrival in arrivals {
            let lane = arrival.cause?.lane ?? .bulk
            observer.observe(.start, nanoseconds: now - arrival.issuedAt, count: 1, lane: lane)
            if let intended = arrival.cause?.intendedAt, intended > 0 {
                observer.observe(.rechargeToRunning, nanoseconds: max(0, now - intended), count: 1, lane: lane)
            }
        }
    }
}
