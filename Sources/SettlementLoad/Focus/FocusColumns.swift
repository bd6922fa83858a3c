/// The columns of a FOCUS 1.0 file that settlement needs; they are found by name, in any order.
enum FocusColumn: Int, CaseIterable {
    case billingAccountId, billingCurrency, billedCost, regionId, serviceName, chargeCategory, billingPeriodStart
    case providerName, publisherName

    /// The name in the header: FOCUS writes it with a capital.
    var name: String {
        let name = "\(self)"
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// Without provider and publisher every bill is the provider's own.
    var isRequired: Bool { self != .providerName && self != .publisherName }
}

/// What kind of charge a line is (FOCUS 1.0, ChargeCategory). All of them add to the bill; credits are negative.
enum ChargeCategory: String, CaseIterable {
    case usage = "Usage"
    case purchase = "Purchase"
    case tax = "Tax"
    case credit = "Credit"
    case adjustment = "Adjustment"
}

/// Where the columns stand in one file.
struct FocusHeader {
    let names: [String]
    private let positions: [Int?]

    init(_ record: CSVRecord, file: String) throws(InvalidImport) {
        let names = (0..<record.count).map { record.text($0) }
        self.names = names
        positions = FocusColumn.allCases.map { names.firstIndex(of: $0.name) }
        var issues: [ImportIssue] = []
        for (column, position) in zip(FocusColumn.allCases, positions) {
            if position == nil, column.isRequired {
                issues.append(
                    ImportIssue(
                        file: file,
                        line: record.line,
                        problem: "the column \(column.name) is missing",
                        expected: "a header with the columns of FOCUS 1.0",
                        suggestion: Spelling.nearest(to: column.name, among: names)
                    )
                )
            }
            if let position, let second = names[(position + 1)...].firstIndex(of: column.name) {
                issues.append(
                    ImportIssue(
                        file: file,
                        line: record.line,
                        column: second + 1,
                        columnName: column.name,
                        problem: "the column is given twice",
                        expected: "it once"
                    )
                )
            }
        }
        guard issues.isEmpty else { throw InvalidImport(issues: issues) }
    }

    /// The position of a column from 0; `nil`: absent. O(1).
    func position(of column: FocusColumn) -> Int? { positions[column.rawValue] }
}
