import SettlementTestKit
let arguments = CommandLine.arguments
let first = UInt64(arguments[1])!
let count = arguments.count > 2 ? UInt64(arguments[2])! : 1
let trace = arguments.contains("--trace")
func go() {
    var total = SimulationReport.Counts()
    var bad = 0
    var digest: UInt64 = 0
    let clock = ContinuousClock()
    let begin = clock.now
    for seed in first..<first + count {
        let universe = Universe(seed: seed)
        if trace { universe.onTrace = { print($0 / 1_000_000, $1) } }
        let report = universe.run()
        if arguments.contains("-v") { print(seed, report.digest, report.counts) }
        digest = (digest ^ report.digest.rawValue) &* 0x9E37_79B9_7F4A_7C15
        total = total + report.counts
        if !report.violations.isEmpty { bad += 1
          if bad < 12 || trace { print("seed", seed); for v in report.violations.prefix(trace ? 20 : 2) { print("   ", v) } } }
    }
    let time = clock.now - begin
    print("bad", bad, "of", count, time, total, String(digest, radix: 16))
}
go()
