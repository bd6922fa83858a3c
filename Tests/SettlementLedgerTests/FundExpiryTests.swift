import SettlementLedger
import Testing

/// A fund ends at the instant of its expiry, whenever somebody comes to take it out of the books.
@Suite struct FundExpiryTests {
    @Test func theTimeOfTheCommandDecides() {
        let bench = Bench()
        bench.grant(1, .voucher, 100, hours: 2)
        bench.time = Bench.hours(2)
        #expect(bench.payments { bench.bill(1, 5, monthsAgo: 0) } == [], "it has expired, and nobody has ended it yet")
        #expect(bench.funds == ["1: 100"])
        bench.time.rawValue -= 1
        #expect(bench.payments { bench.bill(2, 5, monthsAgo: 0) } == ["fund 1: 5"])
        bench.time.rawValue += 1
        #expect(bench.apply(.writeOff(BillID(1))).refusal == .insufficientFunds)
    }

    @Test func whatNobodyUsedWasNotGivenOrIsEarned() {
        let bench = Bench()
        bench.grant(1, .voucher, 10, hours: 1)
        bench.grant(2, .storedValueCard, 20, hours: 2)
        bench.grant(3, .voucher, 30)
        bench.grant(4, .voucher, 40, hours: 3)
        bench.time = Bench.hours(2)
        let kinds = bench.kinds { bench.apply(.expireFunds) }
        #expect(kinds == [.fundsExpired, .fundExpired, .fundExpired])
        #expect(bench.funds == ["4: 40", "3: 30"])
        let balance = bench.audit.balance
        #expect(balance.units(.promotion, .cny) == 70)
        #expect(balance.units(.revenue, .cny) == -20)
        #expect(balance.units(.channelClearing, .cny) == 20)
        #expect(bench.audit.conserved)
        #expect(bench.kinds { bench.apply(.expireFunds) } == [], "nothing is left to end")
    }

    @Test func theAccountsToBeEndedAreNamedUntilTheyAre() {
        let bench = Bench()
        for account: UInt64 in [30, 20, 10] {
            bench.account = AccountID(account)
            bench.apply(.openAccount(currency: .cny, creditLimit: .zero))
            bench.grant(1, .voucher, 10, hours: Int64(account))
            bench.grant(2, .storedValueCard, 10, hours: Int64(account))
        }
        #expect(bench.ledger.nextFundExpiry == Bench.hours(10))
        let soon = Timestamp(rawValue: Bench.hours(10).rawValue - 1)
        let (before, first) = (bench.due(at: soon), bench.due(at: Bench.hours(20)))
        #expect(before == [] && first == [20, 10], "by slot")
        #expect(bench.due(at: Bench.hours(20)) == [20, 10], "nobody has ended them")
        #expect(bench.due(at: Bench.hours(20), atMost: 1) == [10], "what expired first is named first")
        bench.time = Bench.hours(20)
        bench.apply(.expireFunds, account: AccountID(10))
        #expect(bench.due(at: Bench.hours(20)) == [20])
        bench.apply(.expireFunds, account: AccountID(20))
        #expect(bench.due(at: Bench.hours(20)) == [])
        #expect(bench.ledger.nextFundExpiry == Bench.hours(30))
    }

    @Test func whatWasUsedUpDoesNotExpire() {
        let bench = Bench()
        bench.grant(1, .voucher, 10, hours: 1)
        bench.bill(1, 10, monthsAgo: 0)
        #expect(bench.due(at: Bench.hours(1)) == [])
        #expect(bench.ledger.nextFundExpiry == nil)
    }

    @Test func replayKnowsWhatExpires() throws {
        let bench = Bench()
        bench.grant(1, .voucher, 10, hours: 1)
        bench.grant(2, .voucher, 10, hours: 2)
        bench.time = Bench.hours(1)
        bench.apply(.expireFunds)
        var replayed = Ledger()
        try replayed.replay(bench.entries.span, firstSequence: 1)
        let digest = replayed.digest()
        #expect(digest == bench.digest)
        let due = replayed.accountsWithFundsExpired(at: Bench.hours(2), atMost: .max)
        #expect(due == [bench.account])
    }
}

extension Bench {
    fileprivate func due(at time: Timestamp, atMost limit: Int = .max) -> [UInt64] {
        ledger.accountsWithFundsExpired(at: time, atMost: limit).map(\.rawValue)
    }
}
