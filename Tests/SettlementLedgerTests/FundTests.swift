import SettlementLedger
import Testing

/// Vouchers, cards, refund books, notes and cash: which of them pays what, in which order.
@Suite struct FundTests {
    private static let account = AccountID(1)
    private static let november = Month(year: 2026, month: 11)
    private static let time = Timestamp(nanoseconds: november.start(offsetMinutes: 480).rawValue + 1_000_000_000)

    /// A ledger with one account, and the entries that it has written.
    private final class Books {
        var ledger = Ledger()
        var entries: [Entry] = []

        init() { apply(.openAccount(currency: .cny, creditLimit: .zero)) }

        @discardableResult
        func apply(_ operation: Operation, at time: Timestamp = FundTests.time) -> Outcome {
            ledger.apply(Command(operation, account: FundTests.account, time: time), into: &entries)
        }

        func grant(_ id: UInt64, _ kind: Fund.Kind, _ cents: Int64, days: Int64? = nil, product: UInt16? = nil)
            -> Outcome
        {
            apply(
                .grantFund(
                    Fund(
                        id: FundID(id),
                        kind: kind,
                        amount: Amount(minorUnits: cents),
                        expiry: days.map { FundTests.later(days: $0) },
                        product: product.map { ProductCode($0) }
                    )
                )
            )
        }

        @discardableResult
        func issue(
            _ id: UInt64,
            _ cents: Int64,
            of month: Month = FundTests.november,
            product: UInt16 = 1,
            fraction: UInt64 = 0,
            at time: Timestamp = FundTests.time
        ) -> Outcome {
            apply(
                .issueBill(
                    Bill(
                        id: BillID(id),
                        month: month,
                        product: ProductCode(product),
                        region: RegionID(0),
                        created: time,
                        amount: Amount(minorUnits: cents),
                        fraction: fraction
                    )
                ),
                at: time
            )
        }

        /// Funds used since the last look, in order, by number; 0 for cash.
        func used() -> [UInt64] {
            defer { entries = [] }
            return entries.compactMap { entry in
                switch entry.kind {
                case .writtenOffFromFund, .writtenOffFromRefunds: entry.keyLow
                case .writtenOff: 0
                default: nil
                }
            }
        }

        var view: AccountView? { ledger.account(FundTests.account) }
        var left: [UInt64: Int64] {
            Dictionary(
                uniqueKeysWithValues: ledger.funds(of: FundTests.account).map {
                    ($0.id.rawValue, $0.amount.minorUnits)
                }
            )
        }
        func expectConserved() {
            let audit = ledger.audit()
            #expect(audit.conserved, "\(audit.findings)")
        }
    }

    private static func later(days: Int64) -> Timestamp {
        Timestamp(nanoseconds: time.rawValue + days * 86_400_000_000_000)
    }

    @Test func whatExpiresFirstPaysFirstAndWhatIsDedicatedBeforeWhatIsNot() {
        let books = Books()
        #expect(books.grant(1, .storedValueCard, 10).refusal == nil)
        #expect(books.grant(2, .voucher, 10).refusal == nil)
        #expect(books.grant(3, .voucher, 10, days: 9).refusal == nil)
        #expect(books.grant(4, .voucher, 10, days: 5).refusal == nil)
        #expect(books.grant(5, .voucher, 10, days: 9, product: 1).refusal == nil)
        #expect(books.grant(6, .voucher, 10, days: 1, product: 2).refusal == nil)
        #expect(books.issue(1, 45).amountWrittenOff == Amount(minorUnits: 45))
        #expect(books.used() == [4, 5, 3, 2, 1])
        #expect(books.left == [1: 5, 6: 10])
        #expect(books.view?.frozen == .zero && books.view?.openCount == 0)
        books.expectConserved()
    }

    @Test func vouchersAndCardsPayNoOtherMonth() {
        let books = Books()
        _ = books.grant(1, .voucher, 100)
        _ = books.grant(2, .storedValueCard, 100)
        #expect(books.issue(1, 50, of: Self.november.previous).amountWrittenOff == .zero)
        #expect(books.view?.standing.state == .arrears, "vouchers are no credit")
        #expect(books.apply(.writeOff(BillID(1))).refusal == .insufficientFunds)
        // Not even those of the month that was current when they were granted.
        let december = Timestamp(nanoseconds: Self.november.next.start(offsetMinutes: 480).rawValue)
        #expect(books.issue(2, 50, at: december).amountWrittenOff == .zero)
        #expect(books.left == [1: 100, 2: 100])
        books.expectConserved()
    }

    @Test func notesPayEverythingBeforeCashAndAreCredit() {
        let books = Books()
        _ = books.apply(.recharge(Amount(minorUnits: 30)))
        _ = books.grant(7, .note, 40)
        #expect(books.view?.availableCredit == Amount(minorUnits: 70))
        #expect(books.issue(1, 50, of: Self.november.previous).billsWrittenOff == 1)
        #expect(books.used().suffix(2) == [7, 0])
        #expect(books.view?.cash == Amount(minorUnits: 20) && books.left.isEmpty)
        _ = books.grant(8, .note, 40)
        #expect(books.apply(.withdraw(Amount(minorUnits: 21))).refusal == .insufficientFunds)
        // A note bought in arrears is a payment.
        #expect(books.issue(2, 100, of: Self.november.previous).standing.state == .arrears)
        #expect(books.grant(9, .note, 41).standing.state == .good)
        books.expectConserved()
    }

    @Test func whatHasExpiredPaysNothingAndGoesWhenItIsTold() {
        let books = Books()
        _ = books.grant(1, .voucher, 10, days: 1)
        _ = books.grant(2, .storedValueCard, 20, days: 2)
        _ = books.grant(3, .voucher, 30)
        let day = Self.later(days: 2)
        #expect(books.ledger.accountsWithFundsExpired(at: Self.time).isEmpty)
        #expect(books.ledger.accountsWithFundsExpired(at: day) == [Self.account])
        #expect(books.issue(1, 5, at: day).amountWrittenOff == Amount(minorUnits: 5))
        #expect(books.used() == [3])
        _ = books.apply(.expireFunds, at: day)
        #expect(books.left == [3: 25])
        let balance = books.ledger.audit().balance
        #expect(balance.units(.promotion, .cny) == 30, "an unused voucher was never given")
        #expect(balance.units(.revenue, .cny) == -25, "an unused card is earned")
        #expect(balance.units(.channelClearing, .cny) == 20)
        let count = books.entries.count
        _ = books.apply(.expireFunds, at: day)
        #expect(books.entries.count == count, "nothing is left to expire")
        books.expectConserved()
    }

    @Test func theFractionOfABillThatAVoucherPaysIsGivenAway() {
        let books = Books()
        _ = books.grant(1, .voucher, 100)
        books.issue(1, 50, fraction: 5)
        #expect(books.view?.openCount == 0 && books.left == [1: 50])
        // Of a bill that is nothing but a fraction, the month decides.
        books.issue(2, 0, fraction: 5)
        #expect(books.view?.openCount == 1)
        let december = Timestamp(nanoseconds: Self.november.next.start(offsetMinutes: 480).rawValue)
        _ = books.apply(.closeMonth(Self.november), at: december)
        #expect(books.view?.openCount == 0)
        books.expectConserved()
    }

    @Test func creditCustomersChooseThemselves() {
        let books = Books()
        _ = books.apply(.setCreditLimit(Amount(minorUnits: 1_000)))
        _ = books.apply(.setAutomaticWriteOff(false))
        _ = books.grant(1, .voucher, 100)
        #expect(books.issue(1, 50).amountWrittenOff == .zero)
        #expect(books.apply(.writeOff(BillID(1))).billsWrittenOff == 1)
        #expect(books.left == [1: 50])
        books.expectConserved()
    }

    @Test func refusesWhatIsNoFund() {
        let books = Books()
        #expect(books.grant(1, .voucher, 0).refusal == .invalidAmount)
        #expect(books.grant(1, .voucher, 5, days: 0).refusal == .invalidFund)
        #expect(books.grant(1, .note, 5, days: 3).refusal == .invalidFund)
        #expect(books.grant(1, .note, 5, product: 3).refusal == .invalidFund)
        #expect(books.grant(1, .voucher, 5).refusal == nil)
        #expect(books.grant(1, .note, 5).refusal == .fundExists)
        #expect(books.grant(2, .voucher, .max).refusal == .overflow)
        for id in 2...64 as ClosedRange<UInt64> { #expect(books.grant(id, .voucher, 1).refusal == nil) }
        #expect(books.grant(65, .voucher, 1).refusal == .tooManyFunds)
        books.expectConserved()
    }
}
