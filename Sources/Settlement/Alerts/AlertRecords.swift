internal import SettlementLedger

/// What a watch has to know again beside its rules.
struct WatchRecord: Equatable {
    var credit: Int64
    var cash: Int64
    var time: Int64
    var fullCash: Int64
    /// Since when credit is low; `nil`: no warning is under way.
    var lowSince: Int64?
    var told: Int64

    var bytes: [UInt8] {
        var writer = ByteWriter()
        for value in [credit, cash, time, fullCash, told] { writer.write(value) }
        writer.write(lowSince)
        return writer.bytes
    }
}

extension WatchRecord {
    /// - Throws: when the bytes are not what ``bytes`` made.
    init(_ bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        credit = try reader.read()
        cash = try reader.read()
        time = try reader.read()
        fullCash = try reader.read()
        told = try reader.read()
        lowSince = try reader.readOptional()
    }
}

extension Alert {
    /// The alert in bytes.
    var record: [UInt8] {
        var writer = ByteWriter()
        writer.write(account.rawValue)
        writer.write(time.rawValue)
        let (number, values): (UInt8, [Int64]) =
            switch kind {
            case .creditLow(let credit, let threshold, let day):
                (1, [credit.minorUnits, threshold.minorUnits, Int64(day)])
            case .cashShareLow(let cash, let full): (2, [cash.minorUnits, full.minorUnits])
            case .freezeNear(let cash, let threshold): (3, [cash.minorUnits, threshold.minorUnits])
            case .paymentMethodCheck: (4, [])
            case .budgetSpent(let group, let percent, let spent, let limit):
                (5, [Int64(group.rawValue), Int64(percent), spent.minorUnits, limit.minorUnits])
            }
        writer.write(number)
        for value in values { writer.write(value) }
        return writer.bytes
    }

    /// - Throws: when the bytes are not what ``record`` made.
    init(record: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(record)
        let account = AccountID(try reader.read(UInt64.self))
        let time = Timestamp(rawValue: try reader.read())
        func amount() throws(MalformedRecord) -> Amount { Amount(minorUnits: try reader.read()) }
        switch try reader.read(UInt8.self) {
        case 1:
            let (credit, threshold) = (try amount(), try amount())
            let day = Int(try reader.read(Int64.self))
            self.init(account: account, time: time, .creditLow(credit: credit, threshold: threshold, day: day))
        case 2: self.init(account: account, time: time, .cashShareLow(cash: try amount(), of: try amount()))
        case 3: self.init(account: account, time: time, .freezeNear(cash: try amount(), threshold: try amount()))
        case 4: self.init(account: account, time: time, .paymentMethodCheck)
        case 5:
            guard let group = UInt32(exactly: try reader.read(Int64.self)) else { throw MalformedRecord() }
            let percent = Int(try reader.read(Int64.self))
            let (spent, limit) = (try amount(), try amount())
            self.init(
                account: account,
                time: time,
                .budgetSpent(group: BudgetGroup(group), percent: percent, spent: spent, limit: limit)
            )
        default: throw MalformedRecord()
        }
    }
}
