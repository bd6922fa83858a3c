internal import DequeModule
internal import SettlementLedger

/// All an arrears service knows, as a value: facts and time go in, orders and cells to keep come out.
struct ArrearsDesk {
    /// An account's open case with what is still to be done about it.
    struct File {
        var epoch: UInt32 = 0
        var facts = ArrearsFacts.clear
        /// Facts in the order in which they were learnt: enough to come to the same case again.
        var cells: [ArrearsCell] = []
        /// Told and not done, in order.
        var orders: Deque<ArrearsOrder> = []
        var toldCount: UInt32 = 0
        var doneCount: UInt32 = 0
        /// When the latest order that is done fell due.
        var doneTime = Timestamp(nanoseconds: 0)
        /// Failed attempts at the order that is next.
        var failures = 0
    }

    /// The latest change of standing that was notified.
    struct Change {
        var standing: Standing
        var time: Timestamp
    }

    var book: ArrearsBook
    /// Looked up; iterated in the order of accounts only.
    private(set) var files: [AccountID: File] = [:]
    /// Of accounts that wait to be tended.
    private var changes: [AccountID: Change] = [:]
    /// Accounts whose books are to be read.
    var dirty = KeyQueue<AccountID>()
    /// Accounts with orders to carry out.
    var ready = KeyQueue<AccountID>()

    /// Whether every change of standing that was notified has been looked into.
    var isTended: Bool { changes.isEmpty }

    init(policy: ArrearsPolicy) { book = ArrearsBook(policy: policy, at: Timestamp(nanoseconds: 0)) }

    /// A notification says that an account's standing has changed. O(1).
    mutating func mark(_ notification: Notification) {
        let known = changes[notification.account]?.standing.epoch ?? files[notification.account]?.epoch ?? 0
        guard notification.standing.epoch >= known else { return }
        changes[notification.account] = Change(standing: notification.standing, time: notification.time)
        dirty.add(notification.account, .urgent)
    }

    /// Marks the accounts whose cases have something due. O(due · log pending).
    mutating func markDue(at now: Timestamp) {
        for account in book.takeDue(at: now) { dirty.add(account, .urgent) }
    }

    /// What the books of an account mean for its case, if they and the notifications agree.
    enum Finding {
        case reading(Reading)
        /// The notification of this standing is on the way, and says since when.
        case awaitsNotification
        /// The books are older than the notification.
        case staleBooks
    }

    /// Holds the books of an account against what was notified.
    ///
    /// - Parameter isHistoryGone: the notification of the present standing may never come.
    mutating func find(in books: AccountBooks, at now: Timestamp, isHistoryGone: Bool) -> Finding {
        let id = books.account.id
        let standing = books.account.standing
        let change = changes[id]
        if let change, change.standing.epoch > standing.epoch { return .staleBooks }
        if change?.standing != standing { changes[id] = nil }
        var since: Timestamp?
        var time = now
        if let change, change.standing == standing {
            (since, time) = (change.time, change.time)
        } else if let file = files[id], file.epoch == standing.epoch {
            since = file.facts.arrearsStart
        }
        if standing.state == .arrears, since == nil {
            guard isHistoryGone || standing.epoch == 0 else { return .awaitsNotification }
            since = books.bills.filter { !$0.isFrozen }.map { $0.bill.dueTime(in: book.policy.timeZone) }.min() ?? now
        }
        if standing.state == .good { since = files[id]?.facts.deferralStart ?? now }
        let owes = books.account.openDue > .zero || books.account.availableCredit < .zero
        let facts = ArrearsFacts(
            account: books.account,
            bills: books.bills,
            since: since,
            notice: owes || standing.state == .arrears ? files[id]?.facts.notice : nil,
            zone: book.policy.timeZone
        )
        return .reading(
            Reading(
                account: id,
                epoch: standing.epoch,
                facts: facts,
                time: time,
                isDeferred: books.account.deferral != nil
            )
        )
    }

    /// What was read of an account.
    struct Reading {
        var account: AccountID
        var epoch: UInt32
        var facts: ArrearsFacts
        /// When they came to be so, or when they were read.
        var time: Timestamp
        /// Whether a deferral may have brought arrears to an end with bills left to pay.
        var isDeferred: Bool
    }

    /// Learns what was read, then lets the account's time pass up to now.
    ///
    /// - Returns: what is to be kept before anything that follows may be done.
    mutating func tend(_ reading: Reading, at now: Timestamp) -> [ArrearsCell] {
        let account = reading.account
        changes[account] = nil
        let known = files[account] ?? File()
        var cells: [ArrearsCell] = []
        if files[account] == nil
            ? reading.facts != .clear : known.facts != reading.facts || known.epoch != reading.epoch
        {
            var facts = [reading.facts]
            // Arrears of a later epoch are new ones: those before have ended, though nobody has told us in time.
            if known.facts.arrearsStart != nil, reading.facts.arrearsStart != nil, known.epoch < reading.epoch {
                var between = reading.isDeferred ? known.facts : .clear
                between.arrearsStart = nil
                facts.insert(between, at: 0)
            }
            // Facts as they were when the earliest stage fell due decide about it and about all that followed.
            var time = min(reading.time, book[account]?.nextDue ?? reading.time)
            if book[account] == nil { time = min(time, reading.facts.begin ?? time) }
            for step in facts {
                let effective = max(time, book[account]?.time ?? time)
                let cell = ArrearsCell(facts: step, of: account, epoch: reading.epoch, at: effective)
                learn(cell)
                cells.append(cell)
            }
        }
        advance(account, to: now)
        return cells
    }

    /// The account is unknown to the ledger: nothing is known of it.
    mutating func drop(_ account: AccountID) { changes[account] = nil }

    mutating func learn(_ cell: ArrearsCell) {
        let account = AccountID(cell.account)
        var file = files[account] ?? File()
        file.epoch = cell.epoch
        file.facts = cell.facts
        file.cells.append(cell)
        files[account] = file
        var events: [ArrearsBook.Event] = []
        book.adopt(cell.facts, of: account, at: Timestamp(nanoseconds: cell.time), into: &events)
        tell(events, of: account)
    }

    mutating func advance(_ account: AccountID, to time: Timestamp) {
        var events: [ArrearsBook.Event] = []
        book.advance(account, to: time, into: &events)
        tell(events, of: account)
    }

    mutating func resume(_ account: AccountID, at time: Timestamp) -> ArrearsCell? {
        guard book[account]?.awaitsUser == true else { return nil }
        let cell = ArrearsCell(.userResumed, account: account, time: time)
        resume(cell)
        return cell
    }

    mutating func resume(_ cell: ArrearsCell) {
        let account = AccountID(cell.account)
        files[account]?.cells.append(cell)
        var events: [ArrearsBook.Event] = []
        book.userResumed(account, at: Timestamp(nanoseconds: cell.time), into: &events)
        tell(events, of: account)
    }

    private mutating func tell(_ events: [ArrearsBook.Event], of account: AccountID) {
        let level = book[account]?.level ?? .full
        for told in events {
            guard let number = files[account]?.toldCount, let epoch = files[account]?.epoch else { continue }
            files[account]?.toldCount += 1
            files[account]?.orders.append(
                ArrearsOrder(
                    policy: book.policy.name,
                    account: account,
                    epoch: epoch,
                    number: number,
                    event: told.event,
                    level: level
                )
            )
        }
        forgetIfClosed(account)
    }

    private mutating func forgetIfClosed(_ account: AccountID) {
        if let file = files[account], file.orders.isEmpty, book[account] == nil { files[account] = nil }
    }
}

/// What is done.
extension ArrearsDesk {
    /// Lets an account's orders be carried out, now that what they follow from is kept.
    mutating func release(_ account: AccountID) {
        if files[account]?.orders.isEmpty == false { ready.add(account, .routine) }
    }

    /// The orders that wait for an account, in order.
    func orders(of account: AccountID) -> [ArrearsOrder] { files[account].map { Array($0.orders) } ?? [] }

    /// The first `count` of the account's orders are done; the rest comes again after `delay` nanoseconds.
    ///
    /// - Returns: what is to be kept; `nil`: nothing was done.
    mutating func finish(_ account: AccountID, done count: Int) -> ArrearsCell? {
        guard count > 0, let last = files[account]?.orders[count - 1] else {
            files[account]?.failures += 1
            return nil
        }
        var cell = ArrearsCell(.done, account: account, time: last.event.time)
        cell.first = Int64(last.number) + 1
        complete(cell)
        return cell
    }

    mutating func complete(_ cell: ArrearsCell) {
        let account = AccountID(cell.account)
        let time = Timestamp(nanoseconds: cell.time)
        while let first = files[account]?.orders.first, Int64(first.number) < cell.first {
            files[account]?.orders.removeFirst()
        }
        files[account]?.doneCount = UInt32(cell.first)
        files[account]?.doneTime = time
        files[account]?.failures = 0
        forgetIfClosed(account)
    }

    /// An order that cannot be undone is taken back, because the account has paid meanwhile.
    mutating func withdraw(_ order: ArrearsOrder) -> ArrearsCell {
        var cell = ArrearsCell(.withdrawn, account: order.account, time: order.event.time)
        cell.first = Int64(order.number)
        withdraw(cell)
        return cell
    }

    mutating func withdraw(_ cell: ArrearsCell) {
        let account = AccountID(cell.account)
        guard let place = files[account]?.orders.firstIndex(where: { Int64($0.number) == cell.first }),
            let order = files[account]?.orders.remove(at: place), case .act(let action) = order.event.kind
        else { return }
        files[account]?.cells.append(cell)
        book.revoke(action, of: account)
        let level = book[account]?.level ?? .full
        for index in files[account]?.orders.indices ?? 0..<0 {
            files[account]?.orders[index].level = level
            if files[account]?.orders[index].event.kind == .clearedAwaitingUser, book[account]?.awaitsUser != true {
                files[account]?.orders[index].event.kind = .cleared
            }
        }
        forgetIfClosed(account)
    }
}
