import Settlement
import Testing

@Suite struct PrepaidLifeTests {
    static let zone = ZoneRules.shanghai
    static let expiry = zone.at(2028, 1, 31, 12)

    private func life(_ terms: PrepaidTerms = .aliyunECS) -> PrepaidLife {
        PrepaidLife(terms: terms, expiry: Self.expiry, at: Self.zone.at(2028, 1, 1))
    }

    private static func payment(_ number: UInt64) -> IdempotencyKey { IdempotencyKey(high: 0, low: number) }

    /// The attempt of this number before the first end.
    private static func attempt(_ number: Int) -> RenewalAttempt { RenewalAttempt(expiry: expiry, number: number) }

    private func lines(_ events: [PrepaidEvent]) -> [String] {
        events.map { event in
            let what =
                switch event.kind {
                case .attemptRenewal(let attempt): "attempt \(attempt.number)"
                case .mailFailure(let attempt): "mail \(attempt)"
                case .renewed(let from, let until): "renewed \(Self.zone.local(from)) to \(Self.zone.local(until))"
                case .orderClosed(let id): "order \(id.rawValue) closed"
                case .policy(let kind, let stage):
                    PolicyWalk.line(ArrearsEvent(time: event.time, stage: stage, kind), Self.zone).dropFirst(20)
                        .description
                }
            return "\("\(Self.zone.local(event.time))".dropFirst(5).prefix(11)) \(what)"
        }
    }

    private func lines(_ outcome: PrepaidOutcome) -> [String] {
        lines(outcome.events) + (outcome.refusal.map { ["refused: \($0)"] } ?? [])
    }

    @Test func automaticRenewalTriesByItsTableAndMailsEachFailure() {
        var life = life()
        life.setAutomaticRenewal(.months(1), at: Self.zone.at(2028, 1, 1))
        var told: [String] = []
        while let due = life.nextDue {
            let events = life.advance(to: due)
            told += lines(events)
            if case .attemptRenewal(let attempt) = events.last?.kind {
                told += lines(life.renewalAttempted(attempt, succeeded: false, at: due))
            }
        }
        #expect(
            told == [
                "01-28 12:00 attempt 1", "01-28 12:00 mail 1", "01-30 12:00 attempt 2", "01-30 12:00 mail 2",
                "01-31 12:00 attempt 3", "01-31 12:00 mail 3", "02-06 12:00 attempt 4", "02-06 12:00 mail 4",
                "02-14 12:00 attempt 5", "02-14 12:00 mail 5", "02-15 12:00 stopped: suspendAll",
                "03-01 12:00 released: release",
            ]
        )
        #expect(life.isReleased)
    }

    @Test func aLateSuccessBeginsThePeriodAtTheOldExpiry() {
        var life = life()
        life.setAutomaticRenewal(.months(1), at: Self.zone.at(2028, 1, 1))
        for number in 1...4 {
            guard let due = life.nextDue else { break }
            _ = life.advance(to: due)
            let answer = lines(life.renewalAttempted(Self.attempt(number), succeeded: number == 4, at: due))
            if number == 4 {
                #expect(
                    answer == ["02-06 12:00 renewed 2028-01-31 12:00:00 to 2028-02-29 12:00:00", "02-06 12:00 cleared"]
                )
            }
        }
        #expect(life.expiry == Self.zone.at(2028, 2, 29, 12))
        // The table counts from the new expiry.
        #expect(life.nextDue == Self.zone.at(2028, 2, 26, 12))
    }

    @Test func aPaidOrderRevivesAStoppedServer() {
        var life = life(.aliyunSimpleServer)
        #expect(lines(life.advance(to: Self.zone.at(2028, 2, 20))) == ["02-15 12:00 stopped: suspendAll"])
        #expect(life.order(OrderID(1), period: .months(3)) == nil)
        #expect(life.isSuspended)
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: true, at: Self.zone.at(2028, 2, 20, 9)))
                == [
                    "02-20 09:00 renewed 2028-01-31 12:00:00 to 2028-04-30 12:00:00",
                    "02-20 09:00 stopped: no more suspendAll",
                    "02-20 09:00 cleared",
                ]
        )
        #expect(!life.isSuspended)
    }

    @Test func aPeriodThatEndedBeforeItWasPaidDoesNotReviveTheServer() {
        var life = life()
        _ = life.advance(to: Self.zone.at(2028, 2, 20))
        _ = life.order(OrderID(1), period: .days(2))
        // From 01-31 to 02-02: the new end is past as well, and the age counts from there.
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: true, at: Self.zone.at(2028, 2, 20))) == [
                "02-20 00:00 renewed 2028-01-31 12:00:00 to 2028-02-02 12:00:00"
            ]
        )
        #expect(life.isSuspended)
        #expect(life.nextDue == Self.zone.at(2028, 3, 3, 12))
    }

    @Test func aFailedPaymentHas24HoursForItsSecondChance() {
        var life = life()
        _ = life.order(OrderID(1), period: .months(1))
        _ = life.order(OrderID(2), period: .months(1))
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: false, at: Self.zone.at(2028, 1, 5, 10)))
                == []
        )
        #expect(
            lines(life.orderPaid(OrderID(2), by: Self.payment(2), succeeded: false, at: Self.zone.at(2028, 1, 5, 11)))
                == []
        )
        // A second failure does not prolong the chance; a payment at its very end is in time.
        #expect(
            lines(life.orderPaid(OrderID(2), by: Self.payment(3), succeeded: false, at: Self.zone.at(2028, 1, 5, 19)))
                == []
        )
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: false, at: Self.zone.at(2028, 1, 5, 20)))
                == []
        )
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: true, at: Self.zone.at(2028, 1, 6, 10)))
                == [
                    "01-06 10:00 renewed 2028-01-31 12:00:00 to 2028-02-29 12:00:00"
                ]
        )
        #expect(lines(life.advance(to: Self.zone.at(2028, 1, 7))) == ["01-06 11:00 order 2 closed"])
        #expect(
            lines(life.orderPaid(OrderID(2), by: Self.payment(2), succeeded: true, at: Self.zone.at(2028, 1, 7))) == [
                "refused: orderNotOpen"
            ]
        )
    }

    @Test func automaticRenewalTakesEffectTheNextDay() {
        var life = life()
        life.setAutomaticRenewal(.months(1), at: Self.zone.at(2028, 1, 28, 1))
        #expect(lines(life.advance(to: Self.zone.at(2028, 1, 30))) == [])
        #expect(lines(life.advance(to: Self.zone.at(2028, 1, 30, 12))) == ["01-30 12:00 attempt 2"])
    }

    @Test func anAttemptUnderWayIsTheOnlyOne() {
        var life = life()
        life.setAutomaticRenewal(.months(1), at: Self.zone.at(2028, 1, 1))
        _ = life.advance(to: Self.zone.at(2028, 1, 28, 12))
        // The answer takes three days; meanwhile an order is paid and automatic renewal is ended.
        _ = life.order(OrderID(1), period: .months(1))
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: true, at: Self.zone.at(2028, 1, 30, 13)))
                .count == 1
        )
        life.setAutomaticRenewal(nil, at: Self.zone.at(2028, 1, 31))
        #expect(
            lines(life.renewalAttempted(Self.attempt(1), succeeded: true, at: Self.zone.at(2028, 1, 31))) == [
                "01-31 00:00 renewed 2028-02-29 12:00:00 to 2028-03-29 12:00:00"
            ]
        )
        #expect(lines(life.renewalAttempted(Self.attempt(2), succeeded: true, at: life.time)) == ["refused: noAttempt"])
    }

    /// Who takes payments tells of them at least once.
    @Test func whatIsToldAgainChangesNothing() {
        var life = life()
        life.setAutomaticRenewal(.months(1), at: Self.zone.at(2028, 1, 1))
        _ = life.order(OrderID(1), period: .months(1))
        let noon = Self.zone.at(2028, 1, 5, 12)
        #expect(lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: true, at: noon)).count == 1)
        let paid = life
        #expect(lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: true, at: noon)) == [])
        #expect(lines(life.orderPaid(OrderID(1), by: Self.payment(2), succeeded: false, at: noon)) == [])
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(2), succeeded: true, at: noon)) == [
                "refused: orderNotOpen"
            ],
            "two payments for one order: one goes back"
        )
        #expect(life == paid)

        // Attempts: a failure that comes late is not taken for that of the next attempt, a success counts once.
        func attempt(_ number: Int) -> RenewalAttempt { RenewalAttempt(expiry: paid.expiry, number: number) }
        _ = life.advance(to: Self.zone.at(2028, 2, 26, 12))
        _ = life.renewalAttempted(attempt(1), succeeded: false, at: life.time)
        _ = life.advance(to: Self.zone.at(2028, 2, 28, 12))
        #expect(lines(life.renewalAttempted(attempt(1), succeeded: false, at: life.time)) == ["refused: noAttempt"])
        #expect(lines(life.renewalAttempted(attempt(2), succeeded: true, at: life.time)).count == 1)
        let renewed = life
        #expect(lines(life.renewalAttempted(attempt(2), succeeded: true, at: life.time)) == [])
        #expect(life == renewed && life.expiry == Self.zone.at(2028, 3, 29, 12))
    }

    @Test func whatIsReleasedCannotBeRenewed() {
        var life = life()
        _ = life.order(OrderID(1), period: .months(1))
        _ = life.advance(to: Self.zone.at(2028, 4, 1))
        #expect(life.order(OrderID(2), period: .months(1)) == .released)
        #expect(
            lines(life.orderPaid(OrderID(1), by: Self.payment(1), succeeded: true, at: Self.zone.at(2028, 4, 1))) == [
                "refused: released"
            ]
        )
        #expect(life.order(OrderID(1), period: .months(1)) == .orderExists)
        #expect(self.life().nextDue == Self.zone.at(2028, 2, 15, 12))
    }
}
