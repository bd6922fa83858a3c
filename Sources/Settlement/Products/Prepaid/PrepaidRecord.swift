internal import SettlementLedger

/// What the cloud does not know of a prepaid resource: orders, attempts, and what was told and not carried out.
struct PrepaidRecord: Equatable {
    var time: Timestamp
    var expiry: Timestamp
    var renewalPeriod: CalendarSpan?
    var renewsFrom: Timestamp
    var attempts: Int
    var attemptUnderWay: PrepaidLife.Attempt?
    var lastRenewal: RenewalAttempt?
    var orders: [RenewalOrder]
    var events: [PrepaidEvent]

    init(_ life: PrepaidLife, events: [PrepaidEvent]) {
        time = life.time
        expiry = life.expiry
        renewalPeriod = life.renewalPeriod
        renewsFrom = life.renewsFrom
        attempts = life.attempts
        attemptUnderWay = life.attemptUnderWay
        lastRenewal = life.lastRenewal
        orders = life.orders
        self.events = events
    }

    /// Whether the cloud has still to learn when the resource ends.
    var isRenewing: Bool { events.contains { if case .renewed = $0.kind { true } else { false } } }
}

extension PrepaidLife {
    /// A life that goes on where an earlier process ended: what had been told is told no more.
    init(terms: PrepaidTerms, record: PrepaidRecord) {
        self.init(terms: terms, expiry: record.expiry, at: min(record.time, record.expiry))
        _ = advance(to: record.time)
        renewalPeriod = record.renewalPeriod
        renewsFrom = record.renewsFrom
        attempts = record.attempts
        attemptUnderWay = record.attemptUnderWay
        lastRenewal = record.lastRenewal
        orders = record.orders
    }
}

extension PrepaidRecord {
    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(time.rawValue)
        writer.write(expiry.rawValue)
        writer.write(renewsFrom.rawValue)
        writer.write(Int64(attempts))
        writer.write(span: renewalPeriod)
        writer.write(attempt: attemptUnderWay?.name)
        writer.write(span: attemptUnderWay?.period)
        writer.write(attempt: lastRenewal)
        writer.write(UInt32(orders.count))
        for order in orders { writer.write(order) }
        writer.write(UInt32(events.count))
        for event in events { writer.write(event) }
        return writer.bytes
    }

    /// - Throws: when the bytes are not what ``bytes`` made.
    init(_ bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        time = Timestamp(rawValue: try reader.read())
        expiry = Timestamp(rawValue: try reader.read())
        renewsFrom = Timestamp(rawValue: try reader.read())
        attempts = Int(try reader.read(Int64.self))
        renewalPeriod = try reader.readSpan()
        let name = try reader.readAttempt()
        let period = try reader.readSpan()
        if let name, let period { attemptUnderWay = PrepaidLife.Attempt(name: name, period: period) }
        lastRenewal = try reader.readAttempt()
        orders = []
        for _ in 0..<(try reader.read(UInt32.self)) { orders.append(try reader.readOrder()) }
        events = []
        for _ in 0..<(try reader.read(UInt32.self)) { events.append(try reader.readEvent()) }
    }
}

extension ByteWriter {
    fileprivate mutating func write(span: CalendarSpan?) {
        write(UInt8(span == nil ? 0 : 1))
        guard let span else { return }
        write(Int64(span.months))
        write(Int64(span.days))
        write(span.seconds)
        write(span.timeOfDay.map { Int64($0) })
    }

    fileprivate mutating func write(attempt: RenewalAttempt?) {
        write(attempt?.expiry.rawValue)
        write(UInt32(attempt?.number ?? 0))
    }

    fileprivate mutating func write(_ order: RenewalOrder) {
        write(order.id.rawValue)
        write(span: order.period)
        switch order.state {
        case .unpaid: write(1 as UInt8)
        case .secondChance(let until):
            write(2 as UInt8)
            write(until.rawValue)
        case .paid(let payment):
            write(3 as UInt8)
            write(payment.high)
            write(payment.low)
        case .closed: write(4 as UInt8)
        }
    }

    fileprivate mutating func write(_ event: PrepaidEvent) {
        write(event.time.rawValue)
        switch event.kind {
        case .attemptRenewal(let attempt):
            write(1 as UInt8)
            write(attempt: attempt)
        case .mailFailure(let attempt):
            write(2 as UInt8)
            write(Int64(attempt))
        case .renewed(let from, let until):
            write(3 as UInt8)
            write(from.rawValue)
            write(until.rawValue)
        case .orderClosed(let order):
            write(4 as UInt8)
            write(order.rawValue)
        case .policy(let kind, let stage):
            write(5 as UInt8)
            write(UInt8(stage == nil ? 0 : 1))
            write(stage ?? "")
            write(kind)
        }
    }

    private mutating func write(_ kind: ArrearsEvent.Kind) {
        switch kind {
        case .act(let action):
            write(1 as UInt8)
            write(action)
        case .lifted(let action):
            write(2 as UInt8)
            write(action)
        case .cleared: write(3 as UInt8)
        case .clearedAwaitingUser: write(4 as UInt8)
        }
    }

    private mutating func write(_ action: ArrearsAction) {
        var bits: Int64 = 0
        let number: UInt8
        switch action {
        case .remind: number = 1
        case .attemptDeduction: number = 2
        case .restorationFee: number = 3
        case .blockPurchases: number = 4
        case .invalidateAPIKeys: number = 5
        case .throttle(let bitsPerSecond): (number, bits) = (6, Int64(bitsPerSecond))
        case .suspendNonCritical: number = 7
        case .suspendAll: number = 8
        case .parkDomain: number = 9
        case .release: number = 10
        case .purge: number = 11
        }
        write(number)
        write(bits)
    }
}

extension ByteReader {
    fileprivate mutating func readSpan() throws(MalformedRecord) -> CalendarSpan? {
        guard try read(UInt8.self) == 1 else { return nil }
        let (months, days, seconds) = (try read(Int64.self), try read(Int64.self), try read(Int64.self))
        let timeOfDay = try readOptional()
        guard timeOfDay.map({ (0..<86_400).contains($0) }) ?? true else { throw MalformedRecord() }
        return CalendarSpan(
            months: Int(months),
            days: Int(days),
            seconds: seconds,
            timeOfDay: timeOfDay.map { Int($0) }
        )
    }

    fileprivate mutating func readAttempt() throws(MalformedRecord) -> RenewalAttempt? {
        let expiry = try readOptional()
        let number = Int(try read(UInt32.self))
        return expiry.map { RenewalAttempt(expiry: Timestamp(rawValue: $0), number: number) }
    }

    fileprivate mutating func readOrder() throws(MalformedRecord) -> RenewalOrder {
        let id = OrderID(try read(UInt64.self))
        guard let period = try readSpan() else { throw MalformedRecord() }
        let state: RenewalOrder.State
        switch try read(UInt8.self) {
        case 1: state = .unpaid
        case 2: state = .secondChance(until: Timestamp(rawValue: try read()))
        case 3: state = .paid(by: IdempotencyKey(high: try read(), low: try read()))
        case 4: state = .closed
        default: throw MalformedRecord()
        }
        return RenewalOrder(id: id, period: period, state: state)
    }

    fileprivate mutating func readEvent() throws(MalformedRecord) -> PrepaidEvent {
        let time = Timestamp(rawValue: try read())
        switch try read(UInt8.self) {
        case 1:
            guard let attempt = try readAttempt() else { throw MalformedRecord() }
            return PrepaidEvent(time: time, .attemptRenewal(attempt))
        case 2: return PrepaidEvent(time: time, .mailFailure(attempt: Int(try read(Int64.self))))
        case 3:
            let from = Timestamp(rawValue: try read())
            return PrepaidEvent(time: time, .renewed(from: from, until: Timestamp(rawValue: try read())))
        case 4: return PrepaidEvent(time: time, .orderClosed(OrderID(try read(UInt64.self))))
        case 5:
            let hasStage = try read(UInt8.self) == 1
            let stage = try readText()
            return PrepaidEvent(time: time, .policy(try readKind(), stage: hasStage ? stage : nil))
        default: throw MalformedRecord()
        }
    }

    private mutating func readKind() throws(MalformedRecord) -> ArrearsEvent.Kind {
        switch try read(UInt8.self) {
        case 1: return .act(try readAction())
        case 2: return .lifted(try readAction())
        case 3: return .cleared
        case 4: return .clearedAwaitingUser
        default: throw MalformedRecord()
        }
    }

    private mutating func readAction() throws(MalformedRecord) -> ArrearsAction {
        let (number, bits) = (try read(UInt8.self), try read(Int64.self))
        switch number {
        case 1: return .remind
        case 2: return .attemptDeduction
        case 3: return .restorationFee
        case 4: return .blockPurchases
        case 5: return .invalidateAPIKeys
        case 6: return .throttle(bitsPerSecond: Int(bits))
        case 7: return .suspendNonCritical
        case 8: return .suspendAll
        case 9: return .parkDomain
        case 10: return .release
        case 11: return .purge
        default: throw MalformedRecord()
        }
    }
}
