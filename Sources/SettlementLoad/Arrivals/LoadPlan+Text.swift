extension LoadPlan {
    /// The plan for a person: who is there, what arrives in each stage, and the digest of it all.
    public var text: String {
        var table = TextTable(
            ["stage", "begins", "lasts", "recharges", "writeOffs", "bills", "queries"],
            firstNumber: 1
        )
        for stage in stages {
            table.add(
                [stage.name, Display.duration(stage.start), Display.duration(stage.end - stage.start)]
                    + ArrivalKind.allCases.map { Display.count(Int64(stage.count(of: $0))) }
            )
        }
        func counted(_ count: Int, _ noun: String) -> String { "\(Display.count(Int64(count))) \(noun)" }
        let population = [
            counted(accounts, "accounts"), counted(suspended, "suspended"), counted(bills, "bills"),
            counted(instances, "instances"),
        ].joined(separator: ", ")
        return ([population] + table.lines() + ["arrivals digest \(arrivalsDigest)"]).joined(separator: "\n") + "\n"
    }
}
