internal import SettlementLedger
internal import Yams

extension LoadProfile {
    /// Reads a profile from YAML.
    ///
    /// - Parameters:
    ///   - yaml: the text.
    ///   - file: its name, for errors; files that the profile names are looked for beside it.
    ///   - surroundings: where they and variables come from.
    /// - Throws: ``InvalidProfile`` with everything that is wrong, not only the first.
    public init(
        yaml: String,
        file: String,
        surroundings: ProfileSurroundings = .none
    ) throws(InvalidProfile) {
        let log = IssueLog(file: file, surroundings: surroundings)
        let profile = ProfileTree(yaml: yaml, file: file, log: log).flatMap { tree in
            Self.read(tree.root, digest: tree.digest.value, log: log)
        }
        let issues = log.sorted
        guard issues.isEmpty else { throw InvalidProfile(issues: issues) }
        guard let profile else { preconditionFailure("a profile that could not be read has an issue") }
        self = profile
    }

    /// Reads a profile that names no other files than a FOCUS file.
    ///
    /// - Parameter fileExists: whether that can be read.
    public init(
        yaml: String,
        file: String,
        fileExists: @escaping @Sendable (String) -> Bool
    ) throws(InvalidProfile) {
        var surroundings = ProfileSurroundings.none
        surroundings.isReadable = fileExists
        try self.init(yaml: yaml, file: file, surroundings: surroundings)
    }

    /// The JSON Schema of profiles, made from the same tables that the decoder reads by.
    public static var schema: String {
        let root = Grammar<LoadProfile>.object("the profile", keys: ProfileKeys.all(.cny)) { _ in nil }
        guard case .object(var members) = root.schema else { preconditionFailure("a mapping has members") }
        // What a profile lacks may stand in the one that it extends.
        let required = members.removeValue(forKey: "required") ?? []
        members["anyOf"] = [["required": required], ["required": [.string(ProfileTree.extendsKey)]]]
        return VariableSchema.accepting(.object(members)).adding([
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$defs": [VariableSchema.name: VariableSchema.definition],
            "title": "Load profile of swift-settlement",
        ]).stableJSON()
    }

    private static func read(
        _ root: Node,
        digest: UInt64,
        log: IssueLog
    ) -> LoadProfile? {
        // Amounts are read in the profile's currency, wherever in the file that stands.
        let currency =
            root.mapping?.first { $0.key.scalar?.string == ProfileKeys.currency.name }
            .flatMap { ProfileKeys.currency.grammar.read($0.value, log) } ?? .cny
        let grammar = Grammar<LoadProfile>.object("the profile", keys: ProfileKeys.all(currency)) { reader in
            let version = reader.value(ProfileKeys.version)
            let name = reader.value(ProfileKeys.name)
            let bills = reader.billSource()
            let population = reader.population(currency, bills: bills)
            let overrides = reader.value(ProfileKeys.regions) ?? []
            let (standard, regions) = reader.regions(overrides, among: population.regions)
            let stages = reader.stages(currency)
            let pool = reader.value(ProfileKeys.pool) ?? PoolProfile()
            let faults = reader.faults(stages: stages, regions: population.regions, shardCount: pool.shards)
            let thresholds = reader.thresholds(
                stages: reader.names(in: ProfileKeys.stages(currency)),
                faults: reader.names(in: ProfileKeys.faults)
            )
            guard version != nil, let name, !stages.isEmpty else { return nil }
            return LoadProfile(
                name: name,
                summary: reader.value(ProfileKeys.description) ?? "",
                seed: UInt64(reader.value(ProfileKeys.seed) ?? 42),
                currency: currency,
                month: reader.value(ProfileKeys.month),
                population: population,
                bills: bills,
                pool: pool,
                regions: regions,
                defaultRegion: standard,
                notification: reader.value(ProfileKeys.notification) ?? .events,
                calibration: reader.value(ProfileKeys.calibration) ?? CalibrationProfile(),
                stages: stages,
                faults: faults,
                thresholds: thresholds,
                digest: digest,
                regionPlaces: overrides.map { RegionPlace($0.name, at: $0.mark, log: reader.log) } + reader.faultRegions
            )
        }
        return grammar.read(root, log)
    }
}

extension ObjectReader {
    fileprivate func billSource() -> BillSource {
        guard case .focus(let name) = value(ProfileKeys.bills) else { return .generated }
        let place = valueNode(ProfileKeys.bills)?.mapping?.first?.value ?? node
        let path = log.resolve(name, at: place)
        if !log.surroundings.isReadable(path) {
            log.report(
                "there is no readable file '\(name)'",
                at: place.mark,
                expected: "the path of a FOCUS CSV file, relative to the profile"
            )
        }
        return .focus(path: path)
    }

    fileprivate func population(_ currency: Currency, bills: BillSource) -> PopulationProfile {
        let key = ProfileKeys.population(currency)
        guard bills != .generated else { return value(key) ?? PopulationProfile() }
        // An import names accounts and bills; what it says cannot be said here too.
        var population = value(key) ?? PopulationProfile()
        let members = valueNode(key)?.mapping.map(Array.init) ?? []
        let told: [any KeyDescription] = [
            PopulationKeys.accounts, PopulationKeys.billsPerAccount, PopulationKeys.amounts(currency),
            PopulationKeys.products, PopulationKeys.monthsOverdue, PopulationKeys.regions, PopulationKeys.deferred,
            PopulationKeys.hotPayers,
        ]
        for member in members where told.contains(where: { $0.name == member.key.scalar?.string }) {
            log.report("'\(member.key.scalar?.string ?? "")' is told by the file under 'bills'", at: member.key.mark)
        }
        population.regions = []
        return population
    }

    /// The settings for regions without their own, and those of the named ones in the order of the population.
    fileprivate func regions(
        _ overrides: [Named<RegionOverrides>],
        among names: [String]
    ) -> (standard: RegionProfile, regions: [RegionProfile]) {
        for override in overrides where override.name != "default" && !names.isEmpty && !names.contains(override.name) {
            log.report(
                "unknown region '\(override.name)'",
                at: override.mark,
                expected: (["default"] + names).alternatives,
                suggestion: Spelling.nearest(to: override.name, among: ["default"] + names)
            )
        }
        let standard =
            overrides.first { $0.name == "default" }?.value.applied(to: RegionProfile(), name: "default")
            ?? RegionProfile()
        let listed = names.isEmpty ? overrides.map(\.name).filter { $0 != "default" } : names
        let regions = listed.map { name in
            let own = overrides.first { $0.name == name }?.value ?? RegionOverrides()
            return own.applied(to: standard, name: name)
        }
        return (standard, regions)
    }

    fileprivate func stages(_ currency: Currency) -> [StageProfile] {
        let key = ProfileKeys.stages(currency)
        let stages = value(key) ?? []
        let nodes = valueNode(key)?.sequence.map(Array.init) ?? []
        if stages.count > LoadProfile.stagesMax {
            report("these are \(stages.count) stages", at: key, expected: "at most \(LoadProfile.stagesMax)")
        }
        for (index, stage) in stages.enumerated() {
            if stages[..<index].contains(where: { $0.name == stage.name }) {
                let name = nodes[index].mapping?.first { $0.key.scalar?.string == StageKeys.name.name }
                log.report("a stage named '\(stage.name)' exists already", at: name?.value.mark)
            }
            for kind in ArrivalKind.allCases {
                guard case .open(let shape, _) = stage.load(kind)?.timing,
                    RateCurve(shape, duration: stage.durationNanoseconds).total > LoadProfile.arrivalsMax
                else { continue }
                log.report(
                    "in stage '\(stage.name)' more arrive than any run can make",
                    at: nodes[index].mark,
                    expected: "at most 10G arrivals of a kind"
                )
            }
            if stage.monthEnd != nil, stages[..<index].contains(where: { $0.monthEnd != nil }) {
                let close = nodes[index].mapping?.first { $0.key.scalar?.string == StageKeys.monthEnd.name }
                log.report("the month is closed in an earlier stage already", at: close?.value.mark)
            }
        }
        return stages
    }

    /// The names of everything in a list, also of that in which something else is wrong.
    fileprivate func names<Value>(in list: Key<Value>) -> [String] {
        let nodes = valueNode(list)?.sequence.map(Array.init) ?? []
        return nodes.compactMap { $0.member("name")?.scalar?.string }
    }

    fileprivate func thresholds(stages: [String], faults: [String]) -> [Threshold] {
        (value(ProfileKeys.thresholds) ?? []).compactMap { written in
            do throws(ThresholdProblem) {
                var threshold = try Threshold(parsing: written.text, stages: stages, faults: faults)
                threshold.abortDelay = written.abortDelay
                if written.abortDelay != nil, !threshold.canBeJudgedEarly {
                    log.report(
                        "this can be judged only at the end, so it cannot end the run",
                        line: written.line,
                        column: written.column,
                        expected: "a latency, a rate, a share, or a count with < or <="
                    )
                }
                return threshold
            } catch {
                log.report(
                    error.problem,
                    line: written.line,
                    column: written.column + error.offset,
                    expected: error.expected,
                    suggestion: error.suggestion
                )
                return nil
            }
        }
    }
}

/// Where a profile speaks of a region.
struct RegionPlace: Sendable, Hashable {
    var name: String
    var file: String
    var line: Int
    var column: Int

    init(_ name: String, at mark: Mark?, log: IssueLog) {
        self.name = name
        (file, line) = log.place(ofLine: mark?.line ?? 1)
        column = mark?.column ?? 1
    }
}

extension LoadProfile {
    /// What is wrong in the profile in the light of the file that it takes its bills from: settings of unknown regions.
    ///
    public func issues(with imported: FocusImport) -> [ProfileIssue] {
        let names = ["default"] + imported.regions
        return regionPlaces.filter { !names.contains($0.name) }.map { place in
            ProfileIssue(
                file: place.file,
                line: place.line,
                column: place.column,
                problem: "unknown region '\(place.name)'",
                expected: names.alternatives,
                suggestion: Spelling.nearest(to: place.name, among: names)
            )
        }
    }
}
