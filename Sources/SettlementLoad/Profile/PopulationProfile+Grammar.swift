internal import SettlementLedger

/// Keys of `population:`.
enum PopulationKeys {
    static let accounts = Key("accounts", .count(1...10_000_000), "Fund accounts.")
    static let billsPerAccount = Key(
        "billsPerAccount",
        .distribution(of: .count(0...1_000_000)),
        "Bills of each account."
    )
    static let monthsOverdue = Key(
        "monthsOverdue",
        .distribution(of: .count(1...120)),
        "How many months before the current one the earliest bill of a suspended account is."
    )
    static let regions = Key(
        "regions",
        regionNames,
        "Names of the regions, or how many there are (then region-1, region-2, …)."
    )
    static let products = Key("products", .count(1...65_535), "Products, numbered from 1.")
    static let suspended = Key("suspended", .share, "Accounts that are in arrears when the run begins.")
    static let userStopped = Key("userStopped", .share, "Instances that their users had stopped.")
    static let instancesPerAccount = Key(
        "instancesPerAccount",
        .distribution(of: .count(0...10_000)),
        "Instances of each account."
    )
    static let deferred = Key(
        "deferred",
        .share,
        "Accounts that owe as suspended ones do, but have a deferral and keep running."
    )
    static let hotPayers = Key(
        "hotPayers",
        Grammar<HotPayers>.hotPayers,
        "Fund accounts that pay for many cloud accounts; in arrears when the run begins."
    )
    static func amounts(_ currency: Currency) -> Key<Distribution> {
        Key("amounts", .distribution(of: .amount(currency)), "Gross amount of a bill.")
    }

    private static let regionNames: Grammar<[String]> = Grammar<[String]>.list(of: .text(), "a list of region names")
        .checked(
            "a list of 1 to 64 different region names",
            schema: [
                "type": "array", "items": ["type": "string", "minLength": .integer(1)], "minItems": .integer(1),
                "maxItems": .integer(64), "uniqueItems": .bool(true),
            ]
        ) { names in
            if names.count > 64 { return "names more than 64 regions" }
            return Set(names).count == names.count ? nil : "names a region twice"
        }
        .orShort(Grammar<Int64>.count(1...64).map { count in (1...count).map { "region-\($0)" } })
}

extension Grammar where Value == PopulationProfile {
    static func population(_ currency: Currency) -> Grammar {
        let amounts = PopulationKeys.amounts(currency)
        let keys: [any KeyDescription] = [
            PopulationKeys.accounts, PopulationKeys.billsPerAccount, amounts, PopulationKeys.monthsOverdue,
            PopulationKeys.regions, PopulationKeys.products, PopulationKeys.suspended, PopulationKeys.userStopped,
            PopulationKeys.deferred, PopulationKeys.instancesPerAccount, PopulationKeys.hotPayers,
        ]
        return .object("population", keys: keys) { reader in
            var population = PopulationProfile()
            reader.read(PopulationKeys.accounts) { population.accounts = Int($0) }
            reader.read(PopulationKeys.billsPerAccount) { population.billsPerAccount = $0 }
            reader.read(amounts) { population.amounts = $0 }
            reader.read(PopulationKeys.monthsOverdue) { population.monthsOverdue = $0 }
            // Names that could not be read cannot be held against others either.
            if reader.has(PopulationKeys.regions) { population.regions = reader.value(PopulationKeys.regions) ?? [] }
            reader.read(PopulationKeys.products) { population.products = Int($0) }
            reader.read(PopulationKeys.suspended) { population.suspended = $0 }
            reader.read(PopulationKeys.userStopped) { population.userStopped = $0 }
            reader.read(PopulationKeys.deferred) { population.deferred = $0 }
            reader.read(PopulationKeys.instancesPerAccount) { population.instancesPerAccount = $0 }
            reader.read(PopulationKeys.hotPayers) { hot in
                population.hotPayers = hot.count
                population.cloudAccountsPerHotPayer = hot.cloudAccounts
            }
            if population.hotPayers > population.accounts {
                reader.report("there are more hot payers than accounts", at: PopulationKeys.hotPayers)
            }
            if population.suspended.partsPerBillion + population.deferred.partsPerBillion > Share.all.partsPerBillion {
                reader.report("together with 'suspended' this is more than 100%", at: PopulationKeys.deferred)
            }
            return population
        }
    }
}

/// The keys of `hotPayers:`.
struct HotPayers: Sendable {
    var count: Int
    var cloudAccounts: Int
}

extension Grammar where Value == HotPayers {
    static let hotPayers: Grammar = {
        let count = Key("count", .count(1...1_000), "How many; 1 unless given.")
        let cloudAccounts = Key(
            "cloudAccounts",
            .count(1...20_000),
            required: true,
            "Cloud accounts of each; each has one bill."
        )
        return .object("hotPayers", keys: [count, cloudAccounts]) { reader in
            let payers = reader.value(count) ?? 1
            return reader.value(cloudAccounts).map { HotPayers(count: Int(payers), cloudAccounts: Int($0)) }
        }
    }()
}
