internal import SettlementLedger

extension Explanation: CustomStringConvertible {
    /// Sentences for people, times in UTC.
    public var description: String { text(in: .utc) }

    /// Sentences for people, times on the clock of a zone.
    public func text(in zone: ZoneRules) -> String {
        var text = step.sentence
        if let since { text += " Since \(zone.local(since))." }
        if let next {
            text += " Next: \(next.phrase)"
            if let nextTime { text += ", at \(zone.local(nextTime))" }
            text += "."
        }
        if let target { text += " The instance is critical: it is to run by \(zone.local(target))." }
        if !remedies.isEmpty { text += " What helps: " + remedies.map(\.phrase).joined(separator: ", or ") + "." }
        return text
    }
}

extension Explanation.Step {
    fileprivate var sentence: String {
        switch self {
        case .unknownAccount: "There is no such account."
        case .released: "The resource was released; no payment brings it back."
        case .prepaidExpired: "What was paid in advance has ended; a recharge does not change that."
        case .fundsNotCleared(let funds): "\(funds) is on its way and has not arrived."
        case .automaticWriteOffIsOff(let bill):
            "The funds are there, but automatic write-off is switched off: bill \(bill.rawValue) is open."
        case .billOpen(let bill, let outstanding, let owed, let count):
            "Bill \(bill.rawValue) is open with \(outstanding), the first of \(count) that ask for \(owed)."
        case .creditTooLow(let available, let floor):
            "No bill is due, but available credit of \(available) does not pass the restart floor of \(floor)."
        case .regionsNotAsked(let regions):
            "The account is in good standing; what its regions do was not asked (\(regions.numbers))."
        case .noInstance: "The account is in good standing and has no instance in the regions that were asked."
        case .regionUnreachable(let region): "The cloud of region \(region.rawValue) does not answer."
        case .notDelivered(let region, let epoch):
            "The account is in good standing; region \(region.rawValue) has not acted on epoch \(epoch) yet."
        case .awaitsUser: "Everything is settled; the restart is left to the user."
        case .locked(let id, let reasons):
            "Instance \(id.rawValue) is held for another reason: \(reasons.names.joined(separator: ", "))."
        case .stoppedByUser(let id): "Instance \(id.rawValue) was stopped by its user before the arrears."
        case .stopping(let id): "Instance \(id.rawValue) is still stopping; it is started when it has stopped."
        case .throttled(let id): "The start of instance \(id.rawValue) waits for the cloud's rate."
        case .noStock(let id, let attempts):
            "The region has no room for instance \(id.rawValue) now (attempts: \(attempts))."
        case .startFailed(let id, let attempts): "Starting instance \(id.rawValue) has failed (attempts: \(attempts))."
        case .givenUp(let id, let reason): "Starting instance \(id.rawValue) was given up: \(reason)."
        case .starting(let id): "Instance \(id.rawValue) is starting."
        case .running: "Nothing is unmet: what may run is running."
        }
    }
}

extension Explanation.Next {
    fileprivate var phrase: String {
        switch self {
        case .fundsArrive: "the funds arrive"
        case .startCall: "the start command goes out"
        case .sweep: "the sweep over all instances finds it, at the latest"
        case .observation: "the instance is looked at again"
        case .stage(let name, let actions): "stage '\(name)' (\(actions.map { "\($0)" }.joined(separator: ", ")))"
        case .deferralEnds: "the right to run on in debt ends"
        }
    }
}

extension Explanation.Remedy {
    fileprivate var phrase: String {
        switch self {
        case .recharge(let amount): "recharge \(amount)"
        case .payBill(let bill): "pay bill \(bill.rawValue)"
        case .useOtherFunds(let grants):
            "use other funds than vouchers and cards (\(grants)), which pay bills of the current month only"
        case .useGrants(let grants):
            "pay bills of the current month by hand from vouchers and cards (\(grants)), which are no credit themselves"
        case .switchOnAutomaticWriteOff: "switch automatic write-off on"
        case .pressStart: "press start"
        case .rechargeForStart(let amount):
            "recharge \(amount) if a start is to be made by hand: it takes more than there is in cash and vouchers"
        case .renew: "pay a renewal order"
        case .appeal: "turn to the vendor"
        case .orderAnew: "order a new resource"
        case .retryDeadLetters: "an operator tries it again"
        case .wait: "nothing, it goes on by itself"
        }
    }
}

extension RegionSet {
    /// `0, 3`.
    fileprivate var numbers: String {
        if rawValue == .max { return "all regions" }
        return (0..<64 as Range<UInt8>).filter { contains(RegionID($0)) }.map(String.init).joined(separator: ", ")
    }
}

extension LockReasons {
    fileprivate var names: [String] {
        let all: [(LockReasons, String)] = [
            (.financial, "arrears"), (.security, "security"), (.recycling, "recycling"),
            (.dedicatedHostFinancial, "arrears of its dedicated host"), (.refunded, "refunded order"),
            (.other, "other"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
