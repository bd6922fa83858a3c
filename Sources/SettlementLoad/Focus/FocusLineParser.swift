internal import SettlementLedger

/// What is wrong in one field.
struct FieldProblem: Error {
    var column: FocusColumn
    var problem: String
    var expected: String
    var suggestion: String?

    init(_ column: FocusColumn, _ problem: String, expected: String, suggestion: String? = nil) {
        self.column = column
        self.problem = problem
        self.expected = expected
        self.suggestion = suggestion
    }
}

/// Reads the fields of a line.
struct FocusLineParser {
    private let header: FocusHeader
    /// Lines come by month: the last period and what it means.
    private var lastPeriod: (text: [UInt8], month: Month)?

    init(header: FocusHeader) { self.header = header }

    mutating func line(of record: CSVRecord) throws(FieldProblem) -> FocusLine {
        guard let account = text(.billingAccountId, record) else {
            throw FieldProblem(.billingAccountId, "no account is given", expected: "an id")
        }
        guard account.utf8.count <= 256 else {
            throw FieldProblem(.billingAccountId, "the id is too long", expected: "at most 256 bytes")
        }
        let currency = try currency(record)
        let cost = try cost(record, currency)
        let category = try category(record)
        let month = try month(record)
        let provider = text(.providerName, record)
        let publisher = text(.publisherName, record)
        let isMarketplace = provider != nil && publisher != nil && provider != publisher
        return FocusLine(
            account: account,
            currency: currency,
            cost: cost,
            month: month,
            line: isMarketplace ? .marketplace : .provider,
            product: text(.serviceName, record) ?? category.rawValue,
            region: text(.regionId, record) ?? "global"
        )
    }

    /// The field as text; `nil` when it is empty, NULL or absent.
    private func text(_ column: FocusColumn, _ record: CSVRecord) -> String? {
        guard let position = header.position(of: column) else { return nil }
        let field = record.field(position)
        return field.isEmpty || field.elementsEqual("NULL".utf8) ? nil : String(decoding: field, as: UTF8.self)
    }

    private func category(_ record: CSVRecord) throws(FieldProblem) -> ChargeCategory {
        let text = text(.chargeCategory, record)
        if let text, let category = ChargeCategory(rawValue: text) { return category }
        let words = ChargeCategory.allCases.map(\.rawValue)
        throw FieldProblem(
            .chargeCategory,
            text.map { "'\($0)' is no charge category" } ?? "no category is given",
            expected: words.alternatives,
            suggestion: text.flatMap { Spelling.nearest(to: $0, among: words) }
        )
    }

    private func currency(_ record: CSVRecord) throws(FieldProblem) -> Currency {
        let text = text(.billingCurrency, record)
        if let text, let currency = Currency(code: text) { return currency }
        throw FieldProblem(
            .billingCurrency,
            text.map { "'\($0)' is no settlement currency" } ?? "no currency is given",
            expected: Currency.allCases.map(\.code).alternatives
        )
    }

    private func cost(_ record: CSVRecord, _ currency: Currency) throws(FieldProblem) -> ExactAmount {
        let expected = "a decimal number, such as 12.50, -0.00000000123 or 1.2E-7"
        guard let text = text(.billedCost, record) else {
            throw FieldProblem(.billedCost, "no cost is given", expected: expected)
        }
        do throws(MoneyError) {
            return try ExactAmount(parsing: text, currency: currency)
        } catch {
            let problem: String =
                switch error {
                case .tooManyDecimals: "has more than \(currency.exponent + ExactAmount.decimals) decimals"
                case .outOfRange: "is too large"
                case .notANumber, .unknownCurrency, .notMoney: "is no decimal number"
                }
            throw FieldProblem(.billedCost, "'\(text)' \(problem)", expected: expected)
        }
    }

    private mutating func month(_ record: CSVRecord) throws(FieldProblem) -> Month {
        let text = Array((text(.billingPeriodStart, record) ?? "").utf8)
        if let lastPeriod, lastPeriod.text == text { return lastPeriod.month }
        guard let time = InstantText.timestamp(text) else {
            let problem =
                text.isEmpty ? "no period is given" : "'\(String(decoding: text, as: UTF8.self))' is no instant"
            throw FieldProblem(.billingPeriodStart, problem, expected: "ISO 8601, such as 2026-10-01T00:00:00Z")
        }
        let month = Month(containing: time, offsetMinutes: Population.monthOffsetMinutes)
        lastPeriod = (text, month)
        return month
    }
}
