internal import SettlementLedger
internal import Yams

/// Keys of a profile that need no other.
enum ProfileKeys {
    static let extends = Key(
        ProfileTree.extendsKey,
        .text("the path of another profile"),
        "Another profile, whose keys hold unless given here; relative to this one."
    )
    static let version = Key(
        "version",
        Grammar<Int64>.count(0...(.max)).checked("1", schema: ["const": .integer(1)]) {
            $0 == 1 ? nil : "is a version that this program does not know"
        },
        required: true,
        "Version of this format."
    )
    static let name = Key("name", .text("a name"), required: true, "Short name, shown in results.")
    static let description = Key("description", .text(), "What the profile is for.")
    static let seed = Key("seed", .count(0...(.max)), "Seed of everything random; 42 unless given.")
    static let currency = Key("currency", .currency, "Currency of all accounts; CNY unless given.")
    static let month = Key("month", .month, "The month that is current when the run begins, such as 2026-10.")
    static let bills = Key("bills", .billSource, "Takes the bills from a file instead of making them up.")
    static let pool = Key("pool", Grammar<PoolProfile>.pool, "The pool under test.")
    static let regions = Key(
        "regions",
        .named("settings of regions", Grammar<RegionOverrides>.region),
        "How the simulated regions behave: 'default', and single regions by name."
    )
    static let faults = Key(
        "faults",
        Grammar<[WrittenFault]>.list(of: .fault, "a list of faults"),
        "What goes wrong on purpose, and when."
    )
    static let notification = Key(
        "notification",
        Grammar<NotificationProfile>.notification,
        "How compute learns of a changed standing; events unless given."
    )
    static let calibration = Key(
        "calibration",
        Grammar<CalibrationProfile>.calibration,
        "How long the pool's own work takes in virtual time."
    )
    static let thresholds = Key(
        "thresholds",
        Grammar<[ThresholdText]>.list(of: Grammar<ThresholdText>.threshold, "a list of conditions"),
        "What must hold for the run to pass."
    )
    static func population(_ currency: Currency) -> Key<PopulationProfile> {
        Key("population", .population(currency), "The accounts.")
    }
    static func stages(_ currency: Currency) -> Key<[StageProfile]> {
        Key(
            "stages",
            Grammar<[StageProfile]>.list(of: Grammar<StageProfile>.stage(currency), "a list of stages"),
            required: true,
            "What happens, one after the other."
        )
    }

    static func all(_ currency: Currency) -> [any KeyDescription] {
        [
            extends, version, name, description, seed, Self.currency, month, population(currency), bills, pool, regions,
            notification, calibration, stages(currency), faults, thresholds,
        ]
    }
}

extension Grammar where Value == Currency {
    fileprivate static let currency: Grammar = {
        let codes = Currency.allCases.map(\.code)
        return .scalar(codes.alternatives, schema: ["enum": .array(codes.map(JSONValue.string))]) {
            text throws(QuantityProblem) in
            guard let currency = Currency(code: text) else { throw QuantityProblem("is no settlement currency") }
            return currency
        }
    }()
}

extension Grammar where Value == Month {
    fileprivate static let month = Grammar.scalar(
        "a month, such as 2026-10",
        schema: ["type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"]
    ) { text throws(QuantityProblem) in
        guard let month = Month(text: text) else { throw QuantityProblem("is no month from 1970-01") }
        return month
    }
}

extension Month {
    /// `2026-10`, from 1970-01 so that every instant of it has a timestamp.
    init?(text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } }),
            let year = Int(parts[0]), let month = Int(parts[1]), (1970...2200).contains(year), (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }
}

extension Grammar where Value == BillSource {
    fileprivate static let billSource: Grammar = {
        let focus = Key(
            "focus",
            .text("the path of a CSV file"),
            required: true,
            "A FOCUS 1.0 cost-and-usage file; relative to the profile."
        )
        return .object("bills", keys: [focus]) { reader in reader.value(focus).map { .focus(path: $0) } }
    }()
}

/// A threshold before the stages are known, with the place of its first character.
struct ThresholdText: Sendable {
    var text: String
    var line: Int
    var column: Int
    /// `nil`: judged at the end.
    var abortDelay: Int64?
}

extension Grammar where Value == ThresholdText {
    /// A condition alone, or one that ends the run when it does not hold.
    fileprivate static let threshold: Grammar = {
        let condition = Key("condition", .condition, required: true, "What must hold.")
        let abort = Key("abortOnFail", .flag, "true: the run is ended early when it does not hold.")
        let delay = Key("delay", .duration(), "Not before this long after the beginning; 0s unless given.")
        let mapping = Grammar.object("a threshold", keys: [condition, abort, delay]) { reader in
            var text = reader.value(condition)
            let wait = reader.value(delay) ?? 0
            if reader.value(abort) == true {
                text?.abortDelay = wait
            } else if reader.has(delay) {
                reader.log.report(
                    "'delay' means nothing to a threshold that is judged at the end",
                    at: reader.keyMark("delay"),
                    expected: "abortOnFail: true beside it"
                )
            }
            return text
        }
        return mapping.orShort(.condition)
    }()

    private static let condition = Grammar<ThresholdText>(
        expected: "a condition, such as \"recharge_to_start p99 < 28ms @peak\"",
        schema: ["type": "string", "minLength": .integer(1)]
    ) { node, log in
        guard case .scalar(let scalar) = node else {
            log.report(
                "this is a \(node.kindName), not a condition",
                at: node.mark,
                expected: "a text, such as \"queue_wait p99 < 5ms\""
            )
            return nil
        }
        let isQuoted = scalar.style == .doubleQuoted || scalar.style == .singleQuoted
        return ThresholdText(
            text: scalar.string,
            line: node.mark?.line ?? 1,
            column: (node.mark?.column ?? 1) + (isQuoted ? 1 : 0)
        )
    }
}
