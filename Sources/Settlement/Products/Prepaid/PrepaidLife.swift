public import SettlementLedger

/// The life of one prepaid resource: periods, renewal orders, automatic renewal, the end.
///
/// A recharge of the account changes nothing here; a paid order does. A payment after the end, while the resource is still
/// kept, buys the period that begins at the old end, and brings the resource back if that reaches beyond now.
public struct PrepaidLife: Sendable, Hashable {
    /// The rules.
    public let terms: PrepaidTerms
    /// When what was paid for ends.
    public internal(set) var expiry: Timestamp
    /// By number, ascending. Paid and closed orders stay.
    public internal(set) var orders: [RenewalOrder] = []
    /// What one automatic renewal buys; `nil`: there is none.
    public internal(set) var renewalPeriod: CalendarSpan?
    private var arrears: ArrearsCase
    /// Automatic renewal works from here on: the day after it was asked for.
    var renewsFrom: Timestamp
    /// Attempts for the present period that were made or passed over.
    var attempts = 0
    /// An attempt that has been told and not been answered: until then there is no other.
    var attemptUnderWay: Attempt?

    /// The last attempt that has renewed the resource.
    var lastRenewal: RenewalAttempt?

    struct Attempt: Sendable, Hashable {
        var name: RenewalAttempt
        var period: CalendarSpan
    }

    /// A resource that is paid for until `expiry`.
    ///
    /// - Parameter time: nothing before this is told.
    public init(terms: PrepaidTerms, expiry: Timestamp, at time: Timestamp) {
        self.terms = terms
        self.expiry = expiry
        self.renewsFrom = time
        self.arrears = ArrearsCase(policy: terms.policy, facts: ArrearsFacts(expiry: expiry), at: time)
    }

    /// Everything that fell due up to here has been told.
    public var time: Timestamp { arrears.time }
    /// Whether the resource is stopped because what was paid for has ended.
    public var isSuspended: Bool { arrears.suspendedSince != nil }
    /// Whether the resource is gone for ever.
    public var isReleased: Bool { arrears.isReleased }

    /// The policy's next stage with its time, if nothing is paid; `nil`: none is to come.
    public var upcoming: (stage: ArrearsPolicy.Stage, time: Timestamp)? { arrears.upcoming }

    /// When ``advance(to:)`` has something to tell next; `nil`: never. O(orders).
    public var nextDue: Timestamp? { [arrears.nextDue, nextAttempt?.due, nextClosing?.until].compactMap(\.self).min() }

    /// Lets time pass: tells everything that falls due up to and including `time`, in order; of what falls due at one instant,
    /// closed orders come first, then the policy, then attempts.
    public mutating func advance(to time: Timestamp) -> [PrepaidEvent] {
        var events: [PrepaidEvent] = []
        while let due = nextDue, due <= time {
            if let closing = nextClosing, closing.until <= due {
                orders[closing.index].state = .closed
                events.append(PrepaidEvent(time: due, .orderClosed(orders[closing.index].id)))
            } else if let policyDue = arrears.nextDue, policyDue <= due {
                tell(arrears.advance(to: due), into: &events)
            } else if let next = nextAttempt {
                tell(arrears.advance(to: due), into: &events)
                attempts = next.attempt.name.number
                attemptUnderWay = next.attempt
                events.append(PrepaidEvent(time: due, .attemptRenewal(next.attempt.name)))
            }
        }
        tell(arrears.advance(to: time), into: &events)
        return events
    }

    /// The customer orders another period.
    ///
    /// - Returns: why not; `nil`: the order is open.
    public mutating func order(_ id: OrderID, period: CalendarSpan) -> PrepaidRefusal? {
        if orders.contains(where: { $0.id == id }) { return .orderExists }
        guard period.months >= 0, period.days >= 0, period.seconds >= 0, period.timeOfDay == nil, period != .zero else {
            return .invalidPeriod
        }
        if isReleased { return .released }
        let place = orders.firstIndex { $0.id > id } ?? orders.count
        orders.insert(RenewalOrder(id: id, period: period, state: .unpaid), at: place)
        return nil
    }

    /// An order was paid for, or its payment failed. What fell due before `time` comes first.
    ///
    /// A payment that is told again is answered as before and changes nothing; a second one of a paid order is refused.
    /// - Parameter payment: under which the provider of the payment knows it.
    /// - Returns: what follows, and why the payment had no effect, if so: it has to go back then.
    public mutating func orderPaid(
        _ id: OrderID,
        by payment: IdempotencyKey,
        succeeded: Bool,
        at time: Timestamp
    ) -> PrepaidOutcome {
        var events = advance(to: Timestamp(nanoseconds: time.rawValue - 1))
        let place = orders.firstIndex { $0.id == id }
        // Nor does a failure that is told late undo what was paid.
        if let place, case .paid(let first) = orders[place].state, first == payment || !succeeded {
            return PrepaidOutcome(events: events)
        }
        guard let index = place, orders[index].isOpen else {
            return PrepaidOutcome(events: events, refusal: .orderNotOpen)
        }
        if isReleased { return PrepaidOutcome(events: events, refusal: .released) }
        if succeeded {
            orders[index].state = .paid(by: payment)
            renew(for: orders[index].period, at: time, into: &events)
        } else if orders[index].state == .unpaid {
            orders[index].state = .secondChance(until: time.adding(terms.secondChance, in: terms.policy.timeZone))
        }
        return PrepaidOutcome(events: events)
    }

    /// The customer asks for automatic renewal, or (`nil`) for its end. Asking takes effect at the next midnight, ending
    /// at once.
    public mutating func setAutomaticRenewal(_ period: CalendarSpan?, at time: Timestamp) {
        renewalPeriod = period
        renewsFrom = time.adding(CalendarSpan(days: 1, timeOfDay: 0), in: terms.policy.timeZone)
    }

    /// An automatic renewal that was switched on before: attempts from `time` on.
    public mutating func resumeAutomaticRenewal(_ period: CalendarSpan, at time: Timestamp) {
        renewalPeriod = period
        renewsFrom = time
    }

    /// What the attempt that was told has come to. It must be answered: while it is not, there is no other. A success that is
    /// told again changes nothing.
    ///
    /// - Returns: what follows, and why the money taken had no effect, if so: it has to go back then.
    public mutating func renewalAttempted(
        _ name: RenewalAttempt,
        succeeded: Bool,
        at time: Timestamp
    ) -> PrepaidOutcome {
        if name == lastRenewal { return PrepaidOutcome() }
        guard let attempt = attemptUnderWay, attempt.name == name else { return PrepaidOutcome(refusal: .noAttempt) }
        var events = advance(to: Timestamp(nanoseconds: time.rawValue - 1))
        attemptUnderWay = nil
        if isReleased { return PrepaidOutcome(events: events, refusal: .released) }
        if succeeded {
            lastRenewal = name
            renew(for: attempt.period, at: time, into: &events)
        } else {
            events.append(PrepaidEvent(time: time, .mailFailure(attempt: name.number)))
        }
        return PrepaidOutcome(events: events)
    }

    private mutating func renew(for period: CalendarSpan, at time: Timestamp, into events: inout [PrepaidEvent]) {
        let begin = expiry
        expiry = begin.adding(period, in: terms.policy.timeZone)
        attempts = 0
        events.append(PrepaidEvent(time: max(time, self.time), .renewed(from: begin, until: expiry)))
        var facts = arrears.facts
        facts.expiry = expiry
        tell(arrears.adopt(facts, at: time), into: &events)
    }

    private func tell(_ told: [ArrearsEvent], into events: inout [PrepaidEvent]) {
        events += told.map { PrepaidEvent(time: $0.time, .policy($0.kind, stage: $0.stage)) }
    }

    /// When money is looked for next. Attempts from before automatic renewal took effect are passed over.
    private var nextAttempt: (attempt: Attempt, due: Timestamp)? {
        guard let renewalPeriod, attemptUnderWay == nil, !isReleased else { return nil }
        for (index, offset) in terms.renewalAttempts.enumerated().dropFirst(attempts) {
            let due = expiry.adding(offset, in: terms.policy.timeZone)
            if due >= max(renewsFrom, time) {
                return (Attempt(name: RenewalAttempt(expiry: expiry, number: index + 1), period: renewalPeriod), due)
            }
        }
        return nil
    }

    private var nextClosing: (index: Int, until: Timestamp)? {
        var next: (index: Int, until: Timestamp)?
        for (index, order) in orders.enumerated() {
            guard case .secondChance(let until) = order.state, next.map({ until < $0.until }) ?? true else { continue }
            next = (index, until)
        }
        return next
    }
}
