import Settlement
import Testing

/// Walks a policy through virtual time and writes down what it tells, one line an event, by the clock of its zone.
struct PolicyWalk {
    /// How time passes.
    enum Pace: CaseIterable { case daily, hourly, byTimer, inOneStep }

    var arrearsCase: ArrearsCase
    let end: Timestamp
    let pace: Pace
    private(set) var lines: [String] = []

    init(_ policy: ArrearsPolicy, from begin: LocalDateTime, to end: LocalDateTime, pace: Pace = .daily) {
        arrearsCase = ArrearsCase(policy: policy, at: policy.timeZone.instant(begin))
        self.end = policy.timeZone.instant(end)
        self.pace = pace
    }

    private var zone: ZoneRules { arrearsCase.policy.timeZone }

    mutating func advance(to time: Timestamp) {
        var now = arrearsCase.time
        while now < time {
            switch pace {
            case .daily: now = min(time, now.adding(.days(1), in: zone))
            case .hourly: now = min(time, now.adding(.hours(1), in: zone))
            case .byTimer: now = min(time, arrearsCase.nextDue ?? time)
            case .inOneStep: now = time
            }
            write(arrearsCase.advance(to: now))
            // A timer that is due again at once would never let time pass.
            if pace == .byTimer, let next = arrearsCase.nextDue { #expect(next > now) }
        }
    }

    /// Lets time pass until `time` on the wall and tells the case what has changed.
    mutating func at(_ time: LocalDateTime, _ change: (inout ArrearsFacts) -> Void) {
        let instant = zone.instant(time)
        // A day-by-day walk comes to the day before and then to the instant itself.
        advance(to: Timestamp(nanoseconds: instant.rawValue - 1))
        var facts = arrearsCase.facts
        change(&facts)
        write(arrearsCase.adopt(facts, at: instant))
    }

    mutating func finish() { advance(to: end) }

    mutating func write(_ events: [ArrearsEvent]) {
        for event in events { lines.append(Self.line(event, zone)) }
    }

    static func line(_ event: ArrearsEvent, _ zone: ZoneRules) -> String {
        let what =
            switch event.kind {
            case .act(let action): "\(event.stage ?? "?"): \(action)"
            case .lifted(let action): "\(event.stage ?? "?"): no more \(action)"
            case .cleared: "cleared"
            case .clearedAwaitingUser: "cleared, awaits its user"
            }
        return "\(zone.local(event.time)) \(what)"
    }
}

extension ZoneRules {
    /// An instant on the wall of this zone.
    func at(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Timestamp {
        instant(LocalDateTime(year, month, day, hour: hour, minute: minute))
    }
}
