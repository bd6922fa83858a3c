internal import Settlement
internal import SettlementLedger
internal import Yams

extension Grammar where Value == ArrearsPolicy.Stage {
    static let stage: Grammar = {
        let name = Key("name", .policyName, required: true, "For people and logs.")
        let since = Key(
            "since",
            Grammar<ArrearsPolicy.Anchor>.choice(),
            required: true,
            "From when the age is counted."
        )
        let after = Key("after", .span, "The age at which the stage is reached; by default at once.")
        let when = Key("when", .conditions, "What must hold besides.")
        let every = Key("every", .span, "After how long the stage comes again.")
        let times = Key(
            "times",
            .count(2...1_000_000),
            "How often it comes in all; by default as long as its reason lasts."
        )
        let actions = Key("do", .list(of: .action, "a list of actions"), required: true, "What happens.")
        return .object("a stage", keys: [name, since, after, when, every, times, actions]) { reader in
            let age = reader.value(after)
            let conditions = reader.value(when)
            let every = reader.value(every)
            let count = reader.value(times)
            if count != nil, every == nil { reader.report("only a stage with 'every' comes again", at: times) }
            guard let name = reader.value(name), let anchor = reader.value(since), let actions = reader.value(actions)
            else {
                return nil
            }
            let stage = ArrearsPolicy.Stage(
                name,
                since: anchor,
                after: age ?? .zero,
                when: conditions ?? [],
                repeating: every.map { ArrearsPolicy.Repetition(every: $0, times: count.map(Int.init)) },
                actions
            )
            guard let problem = stage.problem else { return stage }
            reader.log.report("this stage \(problem)", at: reader.node.mark)
            return nil
        }
    }()
}

extension Grammar where Value == String {
    /// Of a policy or of a stage.
    static let policyName: Grammar = {
        let most = ArrearsPolicy.nameBytesMax
        return .scalar(
            "a name of 1 to \(most) bytes",
            schema: ["type": "string", "minLength": .integer(1), "maxLength": .integer(most)]
        ) { text throws(QuantityProblem) in
            guard (1...most).contains(text.utf8.count) else { throw QuantityProblem("is no name") }
            return text
        }
    }()
}

extension Grammar where Value == [ArrearsPolicy.Condition] {
    static let conditions: Grammar = {
        let before = Key("anchoredBefore", .instant, "The age counts from before this instant.")
        let from = Key("anchoredFrom", .instant, "The age counts from this instant or later.")
        let owes = Key("owesAtLeast", .count(1...Int64.max), "Minor units of the account's currency that are due.")
        let bills = Key("overdueBills", .count(1...1_000_000), "At least so many bills are overdue.")
        return .object("conditions", keys: [before, from, owes, bills]) { reader in
            var conditions: [ArrearsPolicy.Condition] = []
            reader.read(before) { conditions.append(.anchoredBefore($0)) }
            reader.read(from) { conditions.append(.anchoredFrom($0)) }
            reader.read(owes) { conditions.append(.owesAtLeast(Amount(minorUnits: $0))) }
            reader.read(bills) { conditions.append(.overdueBills(atLeast: Int($0))) }
            return conditions
        }
    }()
}

extension Grammar where Value == ArrearsPolicy.RestartRule {
    static let restartRule: Grammar = {
        let credit = Key("credit", Grammar<ComparisonWord>.choice(), "How available credit is compared with the floor.")
        let floor = Key("floor", .list(of: .money, "a list of amounts"), "Credit to exceed or reach; by default zero.")
        let manual = Key("manualFloor", .list(of: .money, "a list of amounts"), "Cash that pressing start takes.")
        return .object("a restart rule", keys: [credit, floor, manual]) { reader in
            ArrearsPolicy.RestartRule(
                comparison: reader.value(credit) == .atLeast ? .atLeast : .above,
                floor: byCurrency(reader.value(floor)),
                manualFloor: byCurrency(reader.value(manual))
            )
        }
    }()

    private static func byCurrency(_ amounts: [Money]?) -> [Currency: Amount] {
        Dictionary((amounts ?? []).map { ($0.currency, $0.amount) }) { _, last in last }
    }
}

private enum ComparisonWord: String, Sendable, CaseIterable { case above, atLeast }

extension Grammar where Value == Money {
    static let money = Grammar.scalar(
        "an amount, such as CNY 100.00",
        schema: ["type": "string", "pattern": #"^[A-Z]{3} [0-9]+(\.[0-9]+)?$"#]
    ) { text throws(QuantityProblem) in
        let money: Money
        do throws(MoneyError) {
            money = try Money(parsing: text)
        } catch {
            throw QuantityProblem("is no amount of money")
        }
        guard money.amount >= .zero else { throw QuantityProblem("is below zero") }
        return money
    }
}

extension Grammar where Value == ZoneRules {
    /// A zone that comes with the package, or any other with its rule.
    static let zone: Grammar = {
        let name = Key("name", Grammar<String>.text("a name"), required: true, "Such as America/New_York.")
        let rule = Key("posix", Grammar<String>.text("a rule"), required: true, "Such as EST5EDT,M3.2.0,M11.1.0.")
        let full = Grammar.object("a time zone", keys: [name, rule]) { reader in
            guard let name = reader.value(name), let written = reader.value(rule) else { return nil }
            if let zone = ZoneRules(name: name, posix: written) { return zone }
            reader.report(
                "'\(written)' is no rule of a time zone",
                at: rule,
                expected: "the notation of POSIX, such as CST-8 or EST5EDT,M3.2.0,M11.1.0"
            )
            return nil
        }
        let known = [ZoneRules.shanghai, .utc]
        let short = Grammar.scalar(
            known.map(\.name).alternatives,
            schema: ["enum": .array(known.map { .string($0.name) })]
        ) { text throws(QuantityProblem) in
            guard let zone = known.first(where: { $0.name == text }) else { throw QuantityProblem("is not known here") }
            return zone
        }
        return full.orShort(short)
    }()
}
