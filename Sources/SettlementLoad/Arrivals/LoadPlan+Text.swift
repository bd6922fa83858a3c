extension LoadPlan {
    /// The plan for a person: who is there, what arrives in each stage and in what shape, and the digest of it all.
    public var text: String {
        let kinds = ArrivalKind.allCases.filter { kind in
            kind != .start || stages.contains { $0.count(of: kind) > 0 || $0.callers[kind.rawValue] != nil }
        }
        var table = TextTable(["stage", "begins", "lasts"] + kinds.map(\.name), firstNumber: 1)
        for stage in stages {
            table.add(
                [stage.name, Display.duration(stage.start), Display.duration(stage.end - stage.start)]
                    + kinds.map(stage.cell)
            )
        }
        func counted(_ count: Int, _ noun: String) -> String { "\(Display.count(Int64(count))) \(noun)" }
        let population = [
            counted(accounts, "accounts"), counted(suspended, "suspended"), counted(bills, "bills"),
            counted(instances, "instances"),
        ].joined(separator: ", ")
        let memory = "about \(Display.bytes(expectedMemoryBytes)) of memory"
        return ([population, memory] + table.lines() + shapes(of: kinds) + ["arrivals digest \(arrivalsDigest)"])
            .joined(separator: "\n") + "\n"
    }

    /// A sparkline for each kind that arrives, with its total and the rate of its highest window.
    private func shapes(of kinds: [ArrivalKind]) -> [String] {
        var table = TextTable(["arrivals", "total", "highest", "over time"], firstNumber: 1)
        let window = Double(stages.last?.end ?? 0) / 1e9 / Double(Self.windowCount)
        for kind in kinds {
            let counts = windows[kind.rawValue]
            guard let highest = counts.max(), highest > 0 else { continue }
            table.add([
                kind.name, Display.count(Int64(counts.reduce(0, +))), Display.rate(Double(highest) / window),
                Sparkline.text(counts),
            ])
        }
        return table.isEmpty ? [] : table.lines()
    }
}

extension LoadPlan.Stage {
    fileprivate func cell(_ kind: ArrivalKind) -> String {
        guard let callers = callers[kind.rawValue] else { return Display.count(Int64(count(of: kind))) }
        return callers.batch == 1 ? "\(callers.count) callers" : "\(callers.count) × \(callers.batch)"
    }
}

/// Numbers as a line of bars.
enum Sparkline {
    private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// One bar for each number, as high as its part of the largest; a space for 0.
    static func text(_ numbers: [Int]) -> String {
        let highest = max(1, numbers.max() ?? 1)
        return String(
            numbers.map { number in
                number <= 0 ? " " : bars[min(bars.count - 1, (number * bars.count - 1) / highest)]
            }
        )
    }
}
