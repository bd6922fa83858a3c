import Settlement
import SettlementLedger
import Testing

@testable import SettlementLoad

@Suite struct FocusImportTests {
    static let header =
        "BillingAccountId,BillingCurrency,BilledCost,RegionId,ServiceName,ChargeCategory,BillingPeriodStart"

    static func row(
        _ cost: String,
        account: String = "a1",
        currency: String = "CNY",
        region: String = "r1",
        service: String = "ecs",
        category: String = "Usage",
        period: String = "2026-10-01T00:00:00Z"
    ) -> String { [account, currency, cost, region, service, category, period].joined(separator: ",") }

    static func read(_ lines: [String], header: String = header) throws(InvalidImport) -> FocusImport {
        let text = ([header] + lines).joined(separator: "\n") + "\n"
        return try FocusImporter(file: "c.csv").read(MemorySource(text))
    }

    static func issues(_ lines: [String], header: String = header) -> [String] {
        do throws(InvalidImport) {
            _ = try read(lines, header: header)
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    @Test func addsUpExactlyAndRoundsOnceDown() throws {
        let file = try Self.read(
            [
                Self.row("0.00400000001"), Self.row("0.00600000000"), Self.row("1.2E-7"), Self.row("3.5e2"),
            ].map { $0 }
        )
        let sums = try #require(file.reconciliation.first)
        #expect(file.groups.count == 1)
        #expect(sums.fileTotal.formatted(.cny) == "350.01000012001")
        #expect(sums.billed.formatted(.cny) == "350.01")
        #expect(sums.roundedDown.formatted(.cny) == "0.00000012001")
        #expect(sums.isExplained)
    }

    @Test func netsCreditsAndRefundsWhatIsLeft() throws {
        let file = try Self.read([
            Self.row("10.005"), Self.row("-4", category: "Credit"),
            Self.row("1", service: "oss"), Self.row("-3.505", service: "oss", category: "Adjustment"),
            Self.row("2.5", service: "rds"), Self.row("-2.50", service: "rds", category: "Credit"),
            Self.row("0.001", service: "cdn"),
        ])
        let sums = try #require(file.reconciliation.first)
        #expect((sums.bills, sums.refunds, sums.cancelled, sums.rows) == (2, 1, 1, 7))
        #expect(sums.billed.formatted(.cny) == "6.00")
        #expect(sums.refunded.formatted(.cny) == "2.51")
        #expect(sums.roundedDown.formatted(.cny) == "0.011")
        #expect(sums.fileTotal.formatted(.cny) == "3.501")

        let profile = try PopulationTests.profile()
        var chunk = PopulationChunk()
        Population(profile, imported: file).fill(&chunk, with: 0..<1)
        #expect(chunk.bills.map(\.amount.minorUnits) == [600, 0])
        #expect(chunk.bills.map(\.fraction) == [500_000_000_000_000_000, 100_000_000_000_000_000])
        #expect(chunk.refunds == [RefundSeed(month: Month(year: 2026, month: 10), amount: Amount(minorUnits: 251))])
    }

    @Test func groupsByAccountMonthLineProductAndRegion() throws {
        let header = Self.header + ",PublisherName,ProviderName"
        let file = try Self.read(
            [
                Self.row("1", account: "b", currency: "USD", region: "NULL") + ",Us,Us",
                Self.row("2", account: "a", currency: "CNY") + ",Them,Us",
                Self.row("3", account: "a", currency: "CNY") + ",NULL,Us",
                Self.row("4", account: "a", currency: "CNY", period: "2026-08-31T16:00:00Z") + ",Us,Us",
                Self.row("5", account: "a", currency: "CNY", service: "", category: "Tax") + ",Us,Us",
            ],
            header: header
        )
        #expect(file.accounts.map(\.name) == ["b", "a"])
        #expect(file.accounts.map(\.currency) == [.usd, .cny])
        #expect(file.accounts.map(\.id) == [Ledger.hash(ofName: "b"), Ledger.hash(ofName: "a")])
        #expect(file.regions == ["global", "r1"])
        #expect(file.products == ["ecs", "Tax"])
        let described = file.groups.map {
            "\($0.account) \($0.month) \($0.line) \($0.product.rawValue) \($0.region.rawValue)"
        }
        #expect(
            described == [
                "0 2026-10 provider 1 0", "1 2026-09 provider 1 1", "1 2026-10 provider 1 1", "1 2026-10 provider 2 1",
                "1 2026-10 marketplace 1 1",
            ]
        )
        #expect(file.reconciliation.map(\.currency) == [.cny, .usd])
        #expect(file.latestMonth == Month(year: 2026, month: 10))
    }

    @Test func findsColumnsByNameInAnyOrder() throws {
        let file = try FocusImporter(file: "c.csv").read(
            MemorySource(
                "\u{FEFF}Tags,BilledCost,RegionId,BillingPeriodStart,ServiceName,ChargeCategory,BillingCurrency,BillingAccountId\r\n"
                    + "\"{\"\"a\"\":\"\"x,\r\ny\"\"}\",7.25,r,2026-10-01,s,Usage,EUR,acc\r\n"
            )
        )
        #expect(file.reconciliation[0].billed.formatted(.eur) == "7.25")
    }

    @Test func refusesWithLineAndColumn() {
        #expect(Self.issues([Self.row("1,5")]) == ["c.csv:2: the line has 8 columns; expected 7, as in the header"])
        #expect(
            Self.issues([Self.row("x"), Self.row("")]) == [
                "c.csv:2: column 3 (BilledCost): 'x' is no decimal number; "
                    + "expected a decimal number, such as 12.50, -0.00000000123 or 1.2E-7",
                "c.csv:3: column 3 (BilledCost): no cost is given; "
                    + "expected a decimal number, such as 12.50, -0.00000000123 or 1.2E-7",
            ]
        )
        #expect(
            Self.issues([Self.row("1"), Self.row("1", account: "a1", currency: "USD")]) == [
                "c.csv:3: column 2 (BillingCurrency): account 'a1' is billed in USD here and in CNY before; "
                    + "expected one currency for each account"
            ]
        )
        #expect(
            Self.issues([Self.row("1", account: "a1", currency: "RMB")]) == [
                "c.csv:2: column 2 (BillingCurrency): 'RMB' is no settlement currency; "
                    + "expected CNY, USD, EUR, GBP, HKD, JPY or KWD"
            ]
        )
        #expect(
            Self.issues([Self.row("1", category: "Usge")]) == [
                "c.csv:2: column 6 (ChargeCategory): 'Usge' is no charge category; "
                    + "expected Usage, Purchase, Tax, Credit or Adjustment; did you mean 'Usage'?"
            ]
        )
        #expect(
            Self.issues([Self.row("1", period: "2026-02-30")]) == [
                "c.csv:2: column 7 (BillingPeriodStart): '2026-02-30' is no instant; "
                    + "expected ISO 8601, such as 2026-10-01T00:00:00Z"
            ]
        )
        #expect(
            Self.issues([Self.row("1", account: "NULL", currency: "CNY")]) == [
                "c.csv:2: column 1 (BillingAccountId): no account is given; expected an id"
            ]
        )
        #expect(Self.issues([Self.row("9e99")]).first?.contains("'9e99' is too large") == true)
        #expect(Self.issues([Self.row("1e-21")]).first?.contains("'1e-21' has more than 20 decimals") == true)
        #expect(Self.issues([]) == ["c.csv:2: there are no lines of costs; expected at least one"])
    }

    @Test func namesMissingAndDoubledColumns() {
        let header = Self.header.replacing("BilledCost", with: "BiledCost") + ",RegionId"
        #expect(
            Self.issues([], header: header) == [
                "c.csv:1: the column BilledCost is missing; expected a header with the columns of FOCUS 1.0; "
                    + "did you mean 'BiledCost'?",
                "c.csv:1: column 8 (RegionId): the column is given twice; expected it once",
            ]
        )
    }

    @Test func stopsAfterTwentyIssues() {
        let lines = (0..<50).map { _ in Self.row("x") }
        #expect(Self.issues(lines).count == InvalidImport.limit)
    }

    @Test(arguments: [
        ("2026-10-01", 1_790_812_800), ("2026-10-01T00:00Z", 1_790_812_800),
        ("2026-10-01 00:00:00.123456", 1_790_812_800), ("2026-10-01T08:00:00+08:00", 1_790_812_800),
        ("2026-09-30T19:00:00-0500", 1_790_812_800), ("2024-02-29T12:30:15Z", 1_709_209_815),
    ])
    func readsInstants(_ text: String, _ seconds: Int64) {
        #expect(InstantText.timestamp(Array(text.utf8)) == Timestamp(seconds: seconds))
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-02-29", "1969-01-01", "2026-10-01T24:00Z", "2026-10-01x", "2026-10-01T00:00Zx",
    ])
    func refusesWhatIsNoInstant(_ text: String) {
        #expect(InstantText.timestamp(Array(text.utf8)) == nil)
    }

    @Test func shippedSampleIsExplainedToTheLastDigit() throws {
        let file = try FocusImport(contentsOf: ShippedProfilesTests.folder + "data/focus-sample.csv")
        let sums = try #require(file.reconciliation.first)
        #expect(file.reconciliation.count == 1)
        #expect(sums.isExplained)
        #expect(sums.rows == 362)
        #expect(sums.refunds > 0)
        #expect(sums.cancelled > 0)
        #expect(sums.roundedDown > .zero)
        #expect(file.accounts.count == 12)
        #expect(sums.fileTotal.formatted(.cny) == "16446.747688991562112")
    }

    @Test func namesAFileThatDoesNotExist() {
        #expect(throws: InvalidImport.self) { try FocusImport(contentsOf: "no/such/file.csv") }
    }
}
