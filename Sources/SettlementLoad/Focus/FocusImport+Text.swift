internal import SettlementLedger

extension FocusImport {
    /// How the file's totals and the bills add up, for a person: one block for each currency.
    public var summary: String {
        reconciliation.map { sums in
            let code = sums.currency.code
            func money(_ amount: ExactAmount) -> String { "\(code) \(amount.formatted(sums.currency))" }
            return """
                \(Display.count(Int64(sums.rows))) lines in \(code)
                  total of the file  \(money(sums.fileTotal))
                  = bills            \(money(sums.billed))  (\(Display.count(Int64(sums.bills))))
                  − refunds          \(money(sums.refunded))  (\(Display.count(Int64(sums.refunds))))
                  + rounded down     \(money(sums.roundedDown))
                  \(Display.count(Int64(sums.cancelled))) sums were zero

                """
        }.joined()
    }
}
