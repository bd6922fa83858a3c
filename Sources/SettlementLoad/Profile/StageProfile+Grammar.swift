internal import SettlementLedger
internal import Yams

/// Keys of one of the `stages:`.
enum StageKeys {
    static let name = Key(
        "name",
        Grammar<String>.text("a name").checked(
            "a name without spaces or '@'",
            schema: ["type": "string", "pattern": "^[^ @]+$"]
        ) { $0.contains { $0 == " " || $0 == "@" } ? "has a space or '@' in it" : nil },
        required: true,
        "Unique; thresholds name it after '@'."
    )
    static let duration = Key(
        "duration",
        .duration(atLeast: 1),
        required: true,
        "How long arrivals go on."
    )
    static let tags = Key("tags", Grammar<[String]>.list(of: .text(), "a list of words"), "Words that reports carry.")
    static let exclude = Key("exclude", .flag, "true: warm-up or cool-down, left out of results.")
    static let writeOffs = Key(
        "writeOffs",
        .arrivals("manual write-offs", accounts: .all),
        "Manual write-offs of one chosen bill each."
    )
    static let bills = Key("bills", .arrivals("bills", accounts: .all), "New bills of the current month.")
    static let queries = Key("queries", .arrivals("queries", accounts: .all), "Reads of an account.")
    static let monthEnd = Key(
        "monthEnd",
        Grammar<StageProfile.MonthEnd>.choice(),
        "close: the month is closed, beginning with the stage."
    )
    static func recharges(_ currency: Currency) -> Key<RechargeLoad> {
        Key("recharges", .recharges(currency), "Recharges.")
    }
}

extension Grammar where Value == StageProfile {
    static func stage(_ currency: Currency) -> Grammar {
        let recharges = StageKeys.recharges(currency)
        let keys: [any KeyDescription] = [
            StageKeys.name, StageKeys.duration, StageKeys.tags, StageKeys.exclude, recharges, StageKeys.writeOffs,
            StageKeys.bills, StageKeys.queries, StageKeys.monthEnd,
        ]
        return .object("a stage", keys: keys) { reader in
            let name = reader.value(StageKeys.name)
            let duration = reader.value(StageKeys.duration)
            let stage = StageProfile(
                name: name ?? "",
                durationNanoseconds: duration ?? 1,
                tags: reader.value(StageKeys.tags) ?? [],
                isExcluded: reader.value(StageKeys.exclude) ?? false,
                recharges: reader.value(recharges),
                writeOffs: reader.value(StageKeys.writeOffs),
                bills: reader.value(StageKeys.bills),
                queries: reader.value(StageKeys.queries),
                monthEnd: reader.value(StageKeys.monthEnd)
            )
            return name == nil || duration == nil ? nil : stage
        }
    }
}

/// Keys shared by everything that arrives.
private enum ArrivalKeys {
    static let rate = Key("rate", .rate, required: true, "Arrivals each second, minute or hour.")
    static let arrivals = Key(
        "arrivals",
        Grammar<ArrivalLoad.Pattern>.choice(),
        "How they are spread; poisson unless given."
    )
    static let accounts = Key("accounts", Grammar<ArrivalLoad.Accounts>.choice(), "Whom they are about.")

    static func load(_ reader: ObjectReader, accounts standard: ArrivalLoad.Accounts) -> ArrivalLoad? {
        let pattern = reader.value(arrivals) ?? .poisson
        let accounts = reader.value(accounts) ?? standard
        return reader.value(rate).map { ArrivalLoad(rate: $0, pattern: pattern, accounts: accounts) }
    }
}

extension Grammar where Value == ArrivalLoad {
    static func arrivals(_ title: String, accounts: ArrivalLoad.Accounts) -> Grammar {
        .object(title, keys: [ArrivalKeys.rate, ArrivalKeys.arrivals, ArrivalKeys.accounts]) { reader in
            ArrivalKeys.load(reader, accounts: accounts)
        }
    }
}

extension Grammar where Value == RechargeLoad {
    static func recharges(_ currency: Currency) -> Grammar {
        let amount = Key(
            "amount",
            .amountRule(currency),
            "clears (unless given): what the account needs; or a distribution."
        )
        return .object(
            "recharges",
            keys: [ArrivalKeys.rate, ArrivalKeys.arrivals, ArrivalKeys.accounts, amount]
        ) { reader in
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
