internal import SettlementLedger
internal import Yams

/// Keys of one of the `stages:`.
enum StageKeys {
    static let name = Key(
        "name",
        .word,
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
    static let starts = Key(
        "starts",
        .arrivals("starts by hand", accounts: .suspended),
        "Users who press start on an instance of theirs; the cloud refuses while it is locked for arrears."
    )
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
            StageKeys.bills, StageKeys.queries, StageKeys.starts, StageKeys.monthEnd,
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
                starts: reader.value(StageKeys.starts),
                monthEnd: reader.value(StageKeys.monthEnd)
            )
            return name == nil || duration == nil ? nil : stage
        }
    }
}
