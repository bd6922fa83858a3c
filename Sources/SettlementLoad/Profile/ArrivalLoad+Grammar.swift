internal import SettlementLedger
internal import Yams

/// Keys shared by everything that arrives.
private enum ArrivalKeys {
    static let rate = Key("rate", .rate, "A constant rate: arrivals each second, minute or hour.")
    static let count = Key("count", .count(1...1_000_000_000), "So many over the whole stage.")
    static let ramp = Key("ramp", Grammar<RateShape>.ramp, "A rate that goes from one to another.")
    static let steps = Key("steps", Grammar<RateShape>.steps, "A rate that goes from one to another in equal steps.")
    static let spike = Key("spike", Grammar<RateShape>.spike, "A rate that is another for a while.")
    static let sine = Key("sine", Grammar<RateShape>.sine, "A rate that goes up and down around a mean.")
    static let trace = Key(
        "trace",
        Grammar<ArrivalTrace>.trace,
        "A CSV file with columns time and rate, or with the time of each arrival; relative to the profile."
    )
    static let callers = Key("callers", .count(1...100_000), "Closed loop: so many callers, each waits for its answer.")
    static let batch = Key(
        "batch",
        .count(1...1_000_000),
        "Closed loop: requests a caller makes together; 1 unless given."
    )
    static let think = Key(
        "think",
        .distribution(of: .duration),
        "Closed loop: between an answer and the next request; 0s unless given."
    )
    static let arrivals = Key(
        "arrivals",
        Grammar<ArrivalLoad.Pattern>.choice(),
        "How they are spread; poisson unless given, with count: exact."
    )
    static let accounts = Key("accounts", Grammar<ArrivalLoad.Accounts>.choice(), "Whom they are about.")

    /// Of these a load has exactly one.
    static let timings: [any KeyDescription] = [rate, count, ramp, steps, spike, sine, trace, callers]
    static let all: [any KeyDescription] = timings + [batch, think, arrivals, accounts]

    static func load(_ reader: ObjectReader, accounts standard: ArrivalLoad.Accounts) -> ArrivalLoad? {
        let accounts = reader.value(accounts) ?? standard
        guard reader.hasExactlyOneTiming, reader.hasOnlyFittingKeys else { return nil }
        return timing(reader).map { ArrivalLoad($0, accounts: accounts) }
    }

    private static func timing(_ reader: ObjectReader) -> ArrivalLoad.Timing? {
        let pattern = reader.value(arrivals)
        if reader.has(callers) {
            let batch = reader.value(batch) ?? 1
            let think = reader.value(think) ?? .constant(0)
            return reader.value(callers).map {
                .closed(CallerGroup(count: Int($0), batch: Int(batch), think: think))
            }
        }
        if reader.has(trace) {
            switch reader.value(trace) {
            case .rates(let rates): return .open(.traced(rates), pattern ?? .poisson)
            case .arrivals(let times): return .listed(times)
            case nil: return nil
            }
        }
        if reader.has(count) { return reader.value(count).map { .open(.total($0), pattern ?? .exact) } }
        let shape =
            reader.value(rate).map(RateShape.constant) ?? reader.value(ramp) ?? reader.value(steps)
            ?? reader.value(spike) ?? reader.value(sine)
        return shape.map { .open($0, pattern ?? .poisson) }
    }
}

extension ObjectReader {
    fileprivate var hasExactlyOneTiming: Bool {
        let names = ArrivalKeys.timings.map(\.name)
        let given = keyNames.filter(names.contains)
        if given.isEmpty {
            log.report("this load does not say when anything arrives", at: node.mark, expected: names.alternatives)
        }
        for name in given.dropFirst() {
            log.report("'\(name)' stands beside '\(given[0])'", at: keyMark(name), expected: "one of them")
        }
        return given.count == 1
    }

    /// Reports keys that mean nothing beside the one that says when.
    fileprivate var hasOnlyFittingKeys: Bool {
        let isClosed = has(ArrivalKeys.callers)
        let idle: [any KeyDescription] = isClosed ? [ArrivalKeys.arrivals] : [ArrivalKeys.batch, ArrivalKeys.think]
        let found = idle.map(\.name).filter(keyNames.contains)
        for name in found {
            let load = isClosed ? "callers, who ask when they have their answer" : "a load without 'callers'"
            log.report("'\(name)' means nothing to \(load)", at: keyMark(name))
        }
        return found.isEmpty
    }
}

extension Grammar where Value == ArrivalLoad {
    static func arrivals(_ title: String, accounts: ArrivalLoad.Accounts) -> Grammar {
        .object(title, keys: ArrivalKeys.all) { reader in ArrivalKeys.load(reader, accounts: accounts) }
    }
}

extension Grammar where Value == RechargeLoad {
    static func recharges(_ currency: Currency) -> Grammar {
        let amount = Key(
            "amount",
            .amountRule(currency),
            "clears (unless given): what the account needs; or a distribution."
        )
        return .object("recharges", keys: ArrivalKeys.all + [amount]) { reader in
            let rule = reader.value(amount) ?? .clears
            return ArrivalKeys.load(reader, accounts: .suspended).map { RechargeLoad(arrivals: $0, amount: rule) }
        }
    }
}

extension Grammar where Value == RechargeLoad.AmountRule {
    fileprivate static func amountRule(_ currency: Currency) -> Grammar {
        let distribution = Grammar<Distribution>.distribution(of: .amount(currency)).map(
            RechargeLoad.AmountRule.distributed
        )
        let word = "clears"
        let expected = "clears, or \(distribution.expected)"
        return Grammar(expected: expected, schema: ["anyOf": [["const": .string(word)], distribution.schema]]) {
            node,
            log in
            if node.scalar?.string == word { return .clears }
            if let text = node.scalar?.string, let near = Spelling.nearest(to: text, among: [word]) {
                log.report("'\(text)' is not known here", at: node.mark, expected: expected, suggestion: near)
                return nil
            }
            return distribution.read(node, log)
        }
    }
}
