internal import SettlementLedger

extension ArrearsPolicy {
    /// Tells a policy from one that would decide otherwise; FNV-1a over what decides, in an order and with numbers that
    /// are part of the journal's format: neither a new compiler nor a new name in this code changes them.
    ///
    /// What only the ledger decides (``restart``) and what only people read (``summary``) is no part of it.
    var fingerprint: UInt64 {
        var fingerprint = Fingerprint()
        fingerprint.add(name)
        fingerprint.add(timeZone)
        fingerprint.add(stages.count)
        for stage in stages { fingerprint.add(stage) }
        fingerprint.add(relief.rawValue)
        fingerprint.add(honoursDeferral ? 1 : 0)
        fingerprint.add(Int(resumes.rawValue))
        return fingerprint.value
    }
}

private struct Fingerprint {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ number: Int) {
        var rest = UInt64(bitPattern: Int64(number))
        for _ in 0..<8 {
            value = (value ^ (rest & 0xff)) &* 0x100_0000_01b3
            rest >>= 8
        }
    }

    /// Its length tells where a text ends.
    mutating func add(_ text: String) {
        add(text.utf8.count)
        for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    mutating func add(_ number: Int?) {
        add(number == nil ? 0 : 1)
        if let number { add(number) }
    }

    mutating func add(_ zone: ZoneRules) {
        add(zone.name)
        add(zone.initialOffset)
        add(zone.transitions.count)
        for transition in zone.transitions {
            add(Int(transition.time.rawValue))
            add(transition.offset)
        }
        add(zone.seasons?.daylightOffset)
        for change in [zone.seasons?.begins, zone.seasons?.ends].compactMap(\.self) {
            for number in [change.month, change.week, change.weekday, change.second] { add(number) }
        }
    }

    mutating func add(_ span: CalendarSpan) {
        add(span.months)
        add(span.days)
        add(Int(span.seconds))
        add(span.timeOfDay)
    }

    mutating func add(_ stage: ArrearsPolicy.Stage) {
        add(stage.name)
        add(stage.anchor.rawValue)
        add(stage.age)
        add(stage.conditions.count)
        for condition in stage.conditions {
            let (kind, number) = condition.numbers
            add(kind)
            add(number)
        }
        add(stage.actions.count)
        for action in stage.actions {
            let (kind, number) = action.numbers
            add(kind)
            add(number)
        }
        add(stage.repetition == nil ? 0 : 1)
        if let repetition = stage.repetition {
            add(repetition.every)
            add(repetition.times)
        }
    }
}

extension ArrearsPolicy.Condition {
    /// The kind and its value. Part of the journal's format.
    fileprivate var numbers: (kind: Int, value: Int) {
        switch self {
        case .anchoredBefore(let time): (1, Int(time.rawValue))
        case .anchoredFrom(let time): (2, Int(time.rawValue))
        case .owesAtLeast(let amount): (3, Int(amount.minorUnits))
        case .overdueBills(let count): (4, count)
        }
    }
}

extension ArrearsAction {
    /// The kind and its value, 0 if it has none. Part of the journal's format.
    fileprivate var numbers: (kind: Int, value: Int) {
        switch self {
        case .remind: (1, 0)
        case .attemptDeduction: (2, 0)
        case .restorationFee: (3, 0)
        case .blockPurchases: (4, 0)
        case .invalidateAPIKeys: (5, 0)
        case .throttle(let bitsPerSecond): (6, bitsPerSecond)
        case .suspendNonCritical: (7, 0)
        case .suspendAll: (8, 0)
        case .parkDomain: (9, 0)
        case .release: (10, 0)
        case .purge: (11, 0)
        }
    }
}
