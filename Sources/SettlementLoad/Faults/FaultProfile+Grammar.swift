internal import Yams

/// A fault as it is written: its time may count from the beginning of a stage.
struct WrittenFault: Sendable {
    var fault: FaultProfile
    /// `nil`: the beginning of the run.
    var stage: String?
}

/// Keys of one of the `faults:`.
enum FaultKeys {
    static let name = Key("name", .word, required: true, "Unique; thresholds on recovery name it after '@'.")
    static let kind = Key("kind", Grammar<FaultProfile.Kind>.choice(), required: true, "What goes wrong.")
    static let at = Key(
        "at",
        .duration(),
        required: true,
        "When it begins, after the beginning of the stage or the run."
    )
    static let lasting = Key("for", .duration(atLeast: 1), required: true, "How long it lasts.")
    static let stage = Key(
        "stage",
        .text("the name of a stage"),
        "From whose beginning the time counts; of the run unless given."
    )
    static let region = Key("region", .text("the name of a region"), "The region, where one is concerned.")
    static let shard = Key("shard", .count(0...63), "The shard, from 0; all unless given.")
    static let factor = Key(
        "factor",
        .scalar(
            "a number from 1 to 1000, such as 1.5",
            schema: ["type": "number", "minimum": .integer(1), "maximum": .integer(1_000)]
        ) {
            text throws(QuantityProblem) in
            guard let thousandths = ExactDecimal(text)?.whole(times: 1_000) else {
                throw QuantityProblem("is no number with at most three decimals")
            }
            guard (1_000...1_000_000).contains(thousandths) else { throw QuantityProblem("is out of range") }
            return thousandths
        },
        "How many times as long a shard's work takes."
    )
    static let latency = Key("latency", .duration(atLeast: 1), "How much longer it takes.")
    static let rate = Key("rate", .tokens, "Calls of start and of stop that a throttled region allows.")
    static let share = Key("share", .share, "How many of all notifications; all unless given.")

    static let all: [any KeyDescription] = [
        name, kind, at, lasting, stage, region, shard, latency, factor, rate, share,
    ]
}

extension FaultProfile.Kind {
    /// Keys that say how, beyond those that every fault has.
    fileprivate var keys: (needed: [any KeyDescription], allowed: [any KeyDescription]) {
        switch self {
        case .regionOutage: ([FaultKeys.region], [])
        case .slowRegion: ([FaultKeys.region, FaultKeys.latency], [])
        case .throttledRegion: ([FaultKeys.region, FaultKeys.rate], [])
        case .slowDisk: ([FaultKeys.latency], [])
        case .slowShard: ([], [FaultKeys.shard, FaultKeys.latency, FaultKeys.factor])
        case .deadSubscriber: ([], [])
        case .droppedNotifications, .duplicatedNotifications: ([], [FaultKeys.share])
        }
    }
}

extension Grammar where Value == WrittenFault {
    static let fault: Grammar = .object("a fault", keys: FaultKeys.all) { reader in
        let (name, start, duration) = (
            reader.value(FaultKeys.name), reader.value(FaultKeys.at), reader.value(FaultKeys.lasting)
        )
        let (region, latency) = (reader.value(FaultKeys.region), reader.value(FaultKeys.latency))
        let (rate, share) = (reader.value(FaultKeys.rate), reader.value(FaultKeys.share))
        let (shard, factor) = (reader.value(FaultKeys.shard), reader.value(FaultKeys.factor))
        let stage = reader.value(FaultKeys.stage)
        guard let kind = reader.value(FaultKeys.kind), reader.fits(kind) else { return nil }
        guard let name, let start, let duration else { return nil }
        var fault = FaultProfile(name: name, kind: kind, start: start, duration: duration)
        (fault.region, fault.latency) = (region, latency ?? 0)
        (fault.rate, fault.share) = (rate, share ?? .all)
        (fault.shard, fault.factorThousandths) = (shard.map { Int($0) }, factor ?? 1_000)
        return WrittenFault(fault: fault, stage: stage)
    }
}

extension ObjectReader {
    /// Reports keys that a kind of fault lacks and keys that mean nothing to it.
    fileprivate func fits(_ kind: FaultProfile.Kind) -> Bool {
        let common: [any KeyDescription] = [
            FaultKeys.name, FaultKeys.kind, FaultKeys.at, FaultKeys.lasting, FaultKeys.stage,
        ]
        let lacking = kind.keys.needed.map(\.name).filter { !keyNames.contains($0) }
        for name in lacking { log.report("a \(kind.rawValue) lacks the key '\(name)'", at: node.mark) }
        let isIdle = kind == .slowShard && !keyNames.contains { ["latency", "factor"].contains($0) }
        if isIdle { log.report("a slow-shard lacks the key 'latency' or the key 'factor'", at: node.mark) }
        let known = (common + kind.keys.needed + kind.keys.allowed).map(\.name)
        let idle = FaultKeys.all.map(\.name).filter { keyNames.contains($0) && !known.contains($0) }
        for name in idle {
            log.report(
                "'\(name)' means nothing to a \(kind.rawValue)",
                at: keyMark(name),
                expected: known.alternatives
            )
        }
        return lacking.isEmpty && idle.isEmpty && !isIdle
    }

    /// Where the faults speak of regions, for errors that only an import brings to light.
    var faultRegions: [RegionPlace] {
        let nodes = valueNode(ProfileKeys.faults)?.sequence.map(Array.init) ?? []
        return nodes.compactMap { $0.member(FaultKeys.region.name) }.compactMap { node in
            node.scalar.map { RegionPlace($0.string, at: node.mark, log: log) }
        }
    }

    /// The faults with absolute times, checked against the stages and regions that there are.
    ///
    /// - Parameter regions: empty when only an import knows them.
    func faults(stages: [StageProfile], regions: [String], shardCount: Int) -> [FaultProfile] {
        let nodes = valueNode(ProfileKeys.faults)?.sequence.map(Array.init) ?? []
        let written = value(ProfileKeys.faults) ?? []
        var faults: [FaultProfile] = []
        for (node, written) in zip(nodes, written) {
            func report(_ key: String, _ problem: String, _ expected: [String], near word: String) {
                log.report(
                    problem,
                    at: node.member(key)?.mark ?? node.mark,
                    expected: expected.alternatives,
                    suggestion: Spelling.nearest(to: word, among: expected)
                )
            }
            var fault = written.fault
            if faults.contains(where: { $0.name == fault.name }) {
                log.report("a fault named '\(fault.name)' exists already", at: node.member("name")?.mark)
            }
            if let region = fault.region, !regions.isEmpty, !regions.contains(region) {
                report("region", "unknown region '\(region)'", regions, near: region)
            }
            if let shard = fault.shard, shard >= shardCount {
                report("shard", "there is no shard \(shard)", (0..<shardCount).map(String.init), near: "")
            }
            // A stage that could not be read can be named all the same.
            if let name = written.stage, !stages.isEmpty {
                if let index = stages.firstIndex(where: { $0.name == name }) {
                    fault.start += stages[..<index].reduce(0) { $0 + $1.durationNanoseconds }
                } else {
                    report("stage", "'\(name)' is no stage of this profile", stages.map(\.name), near: name)
                }
            }
            if !stages.isEmpty, fault.end > stages.reduce(0, { $0 + $1.durationNanoseconds }) {
                log.report(
                    "the fault outlasts the stages",
                    at: node.member("for")?.mark,
                    expected: "an end within them, so that recovery can be seen"
                )
            }
            faults.append(fault)
        }
        return faults
    }
}

extension Node {
    /// The value under a key of a mapping.
    func member(_ key: String) -> Node? { mapping?.first { $0.key.scalar?.string == key }?.value }
}

extension Grammar where Value == String {
    /// A name that a threshold can mention after '@'.
    static let word = Grammar<String>.text("a name").checked(
        "a name without spaces or '@'",
        schema: ["type": "string", "pattern": "^[^ @]+$"]
    ) { $0.contains { $0 == " " || $0 == "@" } ? "has a space or '@' in it" : nil }
}
