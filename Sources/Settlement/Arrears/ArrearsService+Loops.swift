internal import Logging
internal import SettlementJournal
internal import SettlementLedger

/// The loops. One tends accounts, so what is read of an account is never older than what is known of it.
extension ArrearsService {
    /// Takes notifications one delivery after the other; the next is taken when the one before is kept.
    func takeNotifications(from subscription: Subscription) async -> SettlementError? {
        while !Task.isCancelled {
            do throws(CancellationError) {
                switch try await subscription.next(max: settings.notificationBatch) {
                case .notifications(let notifications, let cursor):
                    for notification in notifications { desk.mark(notification) }
                    delivered = cursor
                case .resync(_, let cursor):
                    isHistoryGone = true
                    isSweepDue = true
                    delivered = cursor
                }
                signals.tend.set()
                while delivered != nil { try await signals.taken.wait() }
            } catch {
                return nil
            }
        }
        return nil
    }

    /// Reads the books of accounts that were notified, have something due or were found by the sweep.
    func tendAccounts(_ subscription: Subscription) async -> SettlementError? {
        do throws(SettlementError) {
            if sequence == 0 { try await keep([desk.policyCell]) }
            while !Task.isCancelled {
                await sweepIfDue()
                desk.markDue(at: clock.wallTime)
                let accounts = desk.dirty.take(limit: settings.batch, at: clock.monotonicNanoseconds)
                if !accounts.isEmpty {
                    try await tend(accounts)
                } else if let delivered, desk.isTended, isCaughtUp {
                    try await acknowledge(delivered, to: subscription)
                } else {
                    try? await signals.tend.wait(until: nextLook(), clock: clock)
                }
                try await snapshotIfDue()
            }
            return nil
        } catch {
            return error
        }
    }

    /// Whether nothing is left to find whose last change is gone: a delivery after a gap stands for all who owe.
    private var isCaughtUp: Bool {
        !isHistoryGone || (isSweepComplete && !isSweepDue && desk.dirty.count == 0)
    }

    private func tend(_ accounts: [AccountID]) async throws(SettlementError) {
        let found: [AccountBooks?]
        do throws(StandingUnavailable) {
            found = try await source.books(of: accounts)
            failures = 0
        } catch {
            logger.warning("books cannot be read, nothing is done", metadata: ["reason": "\(error.reason)"])
            failures += 1
            let due = clock.monotonicNanoseconds + settings.backoff.delay(after: failures, using: &generator)
            postpone(accounts, until: due)
            return
        }
        let now = clock.wallTime
        var cells: [ArrearsCell] = []
        for (account, books) in zip(accounts, found) {
            desk.dirty.finish(account)
            guard let books else {
                desk.drop(account)
                continue
            }
            switch desk.find(in: books, at: now, isHistoryGone: isHistoryGone) {
            case .reading(let reading): cells += desk.tend(reading, at: now)
            case .awaitsNotification: break
            case .staleBooks: desk.dirty.add(account, at: clock.monotonicNanoseconds + settings.pollNanoseconds)
            }
        }
        try await keep(cells)
        release(accounts)
    }

    private func postpone(_ accounts: [AccountID], until due: Int64) {
        for account in accounts {
            desk.dirty.finish(account)
            desk.dirty.add(account, at: due)
        }
    }

    /// Everything up to the cursor is tended and kept.
    private func acknowledge(_ taken: BusCursor, to subscription: Subscription) async throws(SettlementError) {
        cursor = taken.sequences
        try await keep(ArrearsDesk.cells(of: cursor))
        await subscription.acknowledge(taken)
        delivered = nil
        isHistoryGone = false
        signals.taken.set()
    }

    /// Marks the accounts that owe, and those with a case.
    private func sweepIfDue() async {
        guard isSweepDue || clock.monotonicNanoseconds >= sweepAt else { return }
        isSweepDue = false
        isSweepComplete = false
        sweepAt = clock.monotonicNanoseconds + settings.sweepPeriodNanoseconds
        for account in desk.files.keys.sorted() { desk.dirty.add(account, .routine) }
        var place: OwingPage.Place?
        repeat {
            do throws(StandingUnavailable) {
                let page = try await source.accountsOwing(after: place)
                for account in page.accounts { desk.dirty.add(account, .routine) }
                place = page.next
            } catch {
                logger.warning("accounts that owe cannot be listed", metadata: ["reason": "\(error.reason)"])
                sweepAt = clock.monotonicNanoseconds + settings.pollNanoseconds
                return
            }
        } while place != nil && !Task.isCancelled
        isSweepComplete = place == nil
    }

    /// When there is something to do next, on the monotonic clock.
    private func nextLook() -> Int64 {
        let now = clock.monotonicNanoseconds
        var next = min(now + settings.lookNanoseconds, sweepAt)
        if let due = desk.dirty.nextDue { next = min(next, due) }
        if let due = desk.book.nextDue { next = min(next, now + max(0, due.rawValue - clock.wallTime.rawValue)) }
        return next
    }

    private func snapshotIfDue() async throws(SettlementError) {
        guard cellsSinceSnapshot >= settings.snapshotEveryCells else { return }
        cellsSinceSnapshot = 0
        let sections = desk.snapshot(cursor: cursor, limit: 16_384)
        do throws(JournalFailure) {
            let writer = try journal.beginSnapshot(shard: 0, at: sequence)
            for section in sections {
                try await writer.append(section: section.withUnsafeBytes { Array($0) })
            }
            try await writer.finish()
        } catch {
            logger.error("snapshot failed", metadata: ["policy": "\(policy.name)", "error": "\(error)"])
        }
    }
}

/// From orders to their receivers.
extension ArrearsService {
    /// Hands out orders, those of one account in order and once at a time.
    func carryOutOrders() async -> SettlementError? {
        do throws(SettlementError) {
            while !Task.isCancelled {
                let accounts = desk.ready.take(limit: settings.batch, at: clock.monotonicNanoseconds)
                if accounts.isEmpty {
                    try? await signals.act.wait(until: desk.ready.nextDue, clock: clock)
                } else {
                    try await carryOut(accounts)
                }
            }
            return nil
        } catch {
            return error
        }
    }

    private func carryOut(_ accounts: [AccountID]) async throws(SettlementError) {
        let waiting = accounts.flatMap { desk.orders(of: $0) }
        // What an order follows from may have been learnt since its account was released.
        try await durable()
        let (confirmed, withdrawn, unconfirmed) = await confirm(waiting)
        // What follows in the case has changed with a withdrawal, and is handed out next time.
        let changed = Set(withdrawn.map(\.account))
        let orders = confirmed.filter { !changed.contains($0.account) }
        try await keep(withdrawn.map { desk.withdraw($0) })
        let answers = orders.isEmpty ? [] : await actions.carryOut(orders)
        precondition(answers.count == orders.count, "one answer for each order")
        var done: [AccountID: Int] = [:]
        var held = unconfirmed
        for (order, answer) in zip(orders, answers) {
            if answer == .retry { held.insert(order.account) }
            if !held.contains(order.account) { done[order.account, default: 0] += 1 }
        }
        var cells: [ArrearsCell] = []
        for account in accounts {
            if let cell = desk.finish(account, done: done[account] ?? 0) { cells.append(cell) }
            desk.ready.finish(account)
            if held.contains(account) { retry(account) } else { desk.release(account) }
        }
        try await keep(cells)
    }

    private func retry(_ account: AccountID) {
        let failures = max(1, desk.files[account]?.failures ?? 1)
        let delay = settings.backoff.delay(after: failures, using: &generator)
        desk.ready.add(account, at: clock.monotonicNanoseconds + delay)
    }

    /// Nothing that cannot be undone is done to an account that has paid meanwhile, all or the bill from which the time was
    /// counted. If that cannot be known, its orders wait.
    private func confirm(
        _ orders: [ArrearsOrder]
    ) async -> (orders: [ArrearsOrder], withdrawn: [ArrearsOrder], unconfirmed: Set<AccountID>) {
        let finals = orders.filter(\.isFinal)
        if finals.isEmpty { return (orders, [], []) }
        do throws(StandingUnavailable) {
            let books = try await source.books(of: finals.map(\.account))
            let now = clock.wallTime
            let over = zip(finals, books).filter { !policy.stillAsks(for: $0, by: $1, at: now) }.map(\.0)
            // The case has not learnt yet what the books say.
            for order in over { desk.dirty.add(order.account, .urgent) }
            let withdrawn = Set(over)
            return (orders.filter { !withdrawn.contains($0) }, over, [])
        } catch {
            let held = Set(finals.map(\.account))
            return (orders.filter { !held.contains($0.account) }, [], held)
        }
    }
}
