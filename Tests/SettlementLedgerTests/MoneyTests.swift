import Testing

@testable import SettlementLedger

@Suite struct MoneyTests {
    static let readable: [(String, Currency, Int64)] = [
        ("CNY 100.00", Currency.cny, Int64(10_000)), ("USD -0.01", .usd, -1), ("JPY 250", .jpy, 250),
        ("KWD 1.234", .kwd, 1_234), ("EUR 1.5E3", .eur, 150_000), ("GBP .5", .gbp, 50), ("HKD 7.", .hkd, 700),
        ("CNY 1.000000", .cny, 100), ("JPY 12E-0", .jpy, 12), ("CNY 92233720368547758.07", .cny, .max),
    ]

    @Test(arguments: readable)
    func moneyIsReadExactly(_ text: String, _ currency: Currency, _ minorUnits: Int64) throws {
        #expect(try Money(parsing: text) == Money(units(minorUnits), currency))
    }

    static let unreadable: [(String, MoneyError)] = [
        ("100.00", MoneyError.notMoney), ("XYZ 1", .unknownCurrency("XYZ")), ("cny 1", .unknownCurrency("cny")),
        ("CNY 1.005", .tooManyDecimals(allowed: 2)), ("JPY 1.5", .tooManyDecimals(allowed: 0)),
        ("CNY ", .notANumber(offset: 0)), ("CNY 1,000", .notANumber(offset: 1)), ("CNY  1", .notANumber(offset: 0)),
        ("CNY 1E", .notANumber(offset: 2)), ("CNY .", .notANumber(offset: 1)), ("CNY 1.2.3", .notANumber(offset: 3)),
        ("CNY 92233720368547758.08", .outOfRange), ("CNY 1E400", .outOfRange),
        ("CNY 999999999999999999999999999999999999999999", .outOfRange), ("CNY 1E-9999", .tooManyDecimals(allowed: 2)),
    ]

    @Test(arguments: unreadable)
    func whatIsNoMoneyIsRefused(_ text: String, _ error: MoneyError) {
        #expect(throws: error) { try Money(parsing: text) }
    }

    static let written: [(String, Currency, Int64)] = [
        ("CNY 0.05", Currency.cny, Int64(5)), ("CNY -12.30", .cny, -1_230), ("JPY 7", .jpy, 7),
        ("KWD -0.001", .kwd, -1), ("USD -92233720368547758.08", .usd, .min),
    ]

    @Test(arguments: written)
    func moneyIsWrittenWithItsDecimals(_ text: String, _ currency: Currency, _ minorUnits: Int64) {
        #expect(Money(units(minorUnits), currency).description == text)
    }

    struct Split: Sendable {
        var whole: Int64
        var weights: [Int64]
        var parts: [Int64]
    }

    static let half: Int64 = 4_611_686_018_427_387_904
    static let splits: [Split] = [
        Split(whole: 100, weights: [1, 1, 1], parts: [34, 33, 33]),
        Split(whole: 10, weights: [1, 2, 4], parts: [1, 3, 6]),
        Split(whole: -100, weights: [1, 1, 1], parts: [-34, -33, -33]),
        Split(whole: 5, weights: [0, 7, 0], parts: [0, 5, 0]),
        Split(whole: 0, weights: [1, 2], parts: [0, 0]),
        Split(whole: .max, weights: [.max, .max, 1], parts: [half - 1, half - 1, 1]),
        Split(whole: .min, weights: [1, 1], parts: [-half, -half]),
        Split(whole: 2, weights: [3, 3, 3, 1], parts: [1, 1, 0, 0]),
    ]

    @Test(arguments: splits) func partsAddUpToTheWhole(_ split: Split) {
        #expect(units(split.whole).split(by: split.weights) == split.parts.map(units))
        #expect(split.parts.reduce(0, +) == split.whole)
    }

    static let exact: [(String, Currency, Int128?)] = [
        ("0.00000000000000000001", Currency.cny, Int128(1)), ("-1.5", .jpy, -1_500_000_000_000_000_000),
        ("1.2E-7", .usd, 12_000_000_000_000), ("+3e2", .jpy, 300_000_000_000_000_000_000),
        ("0.0000000000000000000010", .kwd, 1), ("0E99", .cny, 0),
        ("1.2345678901234567890123456789012345678000000000", .cny, nil),
        ("1700000000000000000", .cny, 170_000_000_000_000_000_000_000_000_000_000_000_000),
        ("9900000000000000000", .cny, nil), ("0.000000000000000000001", .cny, nil),
    ]

    @Test(arguments: exact)
    func exactAmountsAreReadWithoutRounding(_ text: String, _ currency: Currency, _ rawValue: Int128?) {
        #expect((try? ExactAmount(parsing: text, currency: currency))?.rawValue == rawValue)
    }

    static let rounded: [(Int128, Int64, UInt64)] = [
        (Int128(0), Int64(0), UInt64(0)), (1_500_000_000_000_000_000, 1, 500_000_000_000_000_000),
        (-1, -1, 999_999_999_999_999_999), (-1_000_000_000_000_000_000, -1, 0),
        (999_999_999_999_999_999, 0, 999_999_999_999_999_999),
    ]

    @Test(arguments: rounded)
    func roundingDownLosesNothing(_ rawValue: Int128, _ amount: Int64, _ fraction: UInt64) throws {
        let rounded = try #require(ExactAmount(rawValue: rawValue).roundedDown)
        #expect(rounded.amount == units(amount))
        #expect(rounded.fraction == fraction)
        #expect(ExactAmount(rounded.amount, fraction: rounded.fraction).rawValue == rawValue)
    }

    @Test func exactAmountsAreChecked() {
        let most = ExactAmount(rawValue: .max)
        #expect(most.adding(ExactAmount(rawValue: 1)) == nil)
        #expect(ExactAmount(rawValue: .min).subtracting(ExactAmount(rawValue: 1)) == nil)
        #expect(ExactAmount(rawValue: 2).adding(ExactAmount(rawValue: -5))?.rawValue == -3)
        #expect(ExactAmount(rawValue: 2).subtracting(ExactAmount(rawValue: 5))?.rawValue == -3)
        #expect(most.roundedDown == nil)
        #expect(ExactAmount(rawValue: -1_500_000_000_000_000_000).formatted(.cny) == "-0.015")
        #expect(ExactAmount(rawValue: 100_000_000_000_000_000_000).formatted(.cny) == "1.00")
    }

    @Test func unitPricesTimesQuantitiesAreExact() throws {
        let price = try UnitPrice(parsing: "0.0005")
        #expect(price.rawValue == 5_000_000)
        #expect(price.description == "0.0005")
        #expect(price.cost(of: 3, currency: .cny) == (try ExactAmount(parsing: "0.0015", currency: .cny)))
        let finest = UnitPrice(rawValue: 1)
        #expect(finest.cost(of: 1, decimals: 8, currency: .jpy)?.rawValue == 1)
        #expect(finest.cost(of: 7, decimals: 8, currency: .kwd) == (try ExactAmount(parsing: "7E-18", currency: .kwd)))
        #expect(UnitPrice(rawValue: .max).cost(of: .max, currency: .kwd) == nil)
        #expect(UnitPrice(rawValue: -2).cost(of: 3, currency: .usd)?.rawValue == -60_000_000_000)
        #expect(throws: MoneyError.tooManyDecimals(allowed: 10)) { try UnitPrice(parsing: "0.00000000001") }
        #expect(throws: MoneyError.outOfRange) { try UnitPrice(parsing: "922337203.6854775808") }
    }

    @Test func currenciesHaveTheExponentsOfISO4217() {
        #expect(Currency.allCases.map(\.exponent) == [2, 2, 2, 2, 2, 0, 3])
        #expect(Currency.allCases.map { Currency(code: $0.code) } == Currency.allCases)
        #expect(Currency(code: "CHF") == nil)
    }
}
