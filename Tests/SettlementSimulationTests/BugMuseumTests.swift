import Testing

@testable import SettlementTestKit

/// An auditor is worth what it finds: every bug of the museum is found, and soon.
@Suite struct BugMuseumTests {
    @Test(arguments: PlantedBug.museum)
    func `every planted bug is found within 200 seeds`(bug: PlantedBug) {
        for seed in 1...200 as ClosedRange<UInt64> {
            let universe = Universe(seed: seed, faults: bug.faults)
            bug.plant(&universe.ports)
            let violations = universe.run().violations
            guard let violation = violations.first(where: { bug.breaks ?? $0.invariant == $0.invariant }) else {
                continue
            }
            print("\(bug.name) | seed \(seed) | \(violation.invariant.rawValue)")
            return
        }
        Issue.record("200 seeds found nothing wrong in code that \(bug.name)")
    }

    @Test func `the same worlds without a bug are in order`() {
        let faults = Set(PlantedBug.museum.map(\.faults))
        for (number, chosen) in faults.sorted(by: { $0.rawValue < $1.rawValue }).enumerated() {
            #expect(Universe(seed: UInt64(number + 1), faults: chosen).run().violations == [])
        }
    }
}
