import SettlementLedger

/// One entry as one JSON object: only what its kind means, money with its currency.
extension Entry {
    func line(shard: Int, sequence: UInt64) -> String {
        guard let kind else {
            return #"{"shard":\#(shard),"sequence":\#(sequence),"kind":"unknown \#(rawKind)"}"#
        }
        var members = ["\"shard\":\(shard)", "\"sequence\":\(sequence)", "\"kind\":\"\(kind)\""]
        if account != 0 { members.append("\"account\":\"\(account)\"") }
        if time != 0 { members.append("\"time\":\"\(Timestamp(rawValue: time).iso8601)\"") }
        members += details(kind)
        if keyHigh | keyLow != 0, isBody {
            members.append("\"key\":\"\(keyHigh.hexadecimal)\(keyLow.hexadecimal)\"")
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private func details(_ kind: Kind) -> [String] {
        switch kind {
        case .accountOpened, .creditLimitSet: ["\"creditLimit\":\(money)"]
        case .recharged, .withdrawn: ["\"amount\":\(money)"]
        case .billIssued:
            billMembers + [
                "\"amount\":\(money)", "\"line\":\"\(flags.contains(.marketplace) ? "marketplace" : "provider")\"",
                "\"product\":\(product)", "\"region\":\(region)", "\"frozen\":\(flags.contains(.frozen))",
                "\"created\":\"\(Timestamp(rawValue: Int64(bitPattern: detail)).iso8601)\"",
            ]
        case .writeOffOrdered: ["\"bill\":\"\(bill)\""]
        case .automaticWriteOffSet: ["\"on\":\(detail == 1)"]
        case .deferralSet:
            (product & 1 != 0 ? ["\"quota\":\(money)"] : [])
                + (product & 2 != 0 ? ["\"until\":\"\(Timestamp(rawValue: Int64(bitPattern: detail)).iso8601)\""] : [])
        case .deferralCleared, .reassessed, .fundsExpired: []
        case .refunded: ["\"amount\":\(money)", monthMember]
        case .adjusted, .chargedOff: ["\"bill\":\"\(bill)\"", "\"amount\":\(money)"]
        case .monthClosed: [monthMember, "\"due\":\(money)", "\"bills\":\(detail)"]
        case .billFraction, .roundedDown: ["\"bill\":\"\(bill)\"", "\"attoMinorUnits\":\(detail)"]
        case .writtenOff: paymentMembers
        case .writtenOffFromRefunds:
            paymentMembers + ["\"refundMonth\":\"\(Month(rawValue: UInt16(truncatingIfNeeded: keyLow)))\""]
        case .writtenOffFromFund: paymentMembers + fundMembers(keyLow)
        case .fundGranted: ["\"amount\":\(money)"] + fundMembers(bill) + termMembers
        case .fundExpired: ["\"amount\":\(money)"] + fundMembers(bill)
        case .standingChanged: standingMembers
        case .monthCheckpoint: [monthMember, "\"range\":\(detail)"]
        case .nameInterned: ["\"bytes\":\(amount)"]
        case .continuation: []
        }
    }

    private var standingMembers: [String] {
        guard let change = standingChange else { return [] }
        let regions = (0..<64).filter { change.regions.contains(RegionID(UInt8($0))) }
        return [
            "\"standing\":\"\(change.standing.state)\"", "\"epoch\":\(change.standing.epoch)",
            "\"regions\":[\(regions.map(String.init).joined(separator: ","))]",
        ]
    }

    private var paymentMembers: [String] {
        ["\"bill\":\"\(bill)\"", "\"amount\":\(money)", "\"outstanding\":\(text(Int64(bitPattern: detail)))"]
    }

    private func fundMembers(_ id: UInt64) -> [String] {
        ["\"fund\":\"\(id)\""] + (fundKind.map { ["\"fundKind\":\"\($0)\""] } ?? [])
    }

    private var termMembers: [String] {
        (fund?.expiry.map { ["\"expiry\":\"\($0.iso8601)\""] } ?? [])
            + (fund?.product.map { ["\"product\":\($0.rawValue)"] } ?? [])
    }

    private var billMembers: [String] { ["\"bill\":\"\(bill)\"", monthMember] }
    private var monthMember: String { "\"month\":\"\(Month(rawValue: month))\"" }
    private var money: String { text(amount) }

    private func text(_ minorUnits: Int64) -> String {
        guard let currency = Currency(rawValue: rawCurrency) else { return "\(minorUnits)" }
        return "\"\(Money(Amount(minorUnits: minorUnits), currency))\""
    }
}

extension Timestamp {
    /// `2026-10-31T16:00:00.000000000Z`.
    var iso8601: String {
        let second = rawValue >= 0 ? rawValue / 1_000_000_000 : (rawValue - 999_999_999) / 1_000_000_000
        let nanosecond = rawValue - second * 1_000_000_000
        let month = Month(containing: self)
        let inMonth = second - month.start().rawValue / 1_000_000_000
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let digits = String(nanosecond)
        return "\(month)-\(two(inMonth / 86_400 + 1))T\(two(inMonth / 3_600 % 24)):\(two(inMonth / 60 % 60)):"
            + "\(two(inMonth % 60)).\(String(repeating: "0", count: 9 - digits.count))\(digits)Z"
    }
}

extension UInt64 {
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
