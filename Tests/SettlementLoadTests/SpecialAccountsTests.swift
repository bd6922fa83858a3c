import SettlementLedger
import Testing

@testable import SettlementLoad

/// Hot payers, deferred accounts, and numbers drawn from files.
@Suite struct SpecialAccountsTests {
    private static func population(_ change: (inout LoadProfile) -> Void) throws -> Population {
        Population(try PopulationTests.profile(change))
    }

    @Test func hotPayerPaysForManyCloudAccounts() throws {
        let population = try Self.population {
            $0.population.hotPayers = 2
            $0.population.cloudAccountsPerHotPayer = 500
            $0.population.instancesPerAccount = .constant(1)
        }
        let all = PopulationTests.everyone(population)
        #expect(population.suspendedAccounts.count == 2 + 599, "a fifth of the others, and the hot payers")
        #expect(population.suspendedAccounts.prefix(2) == [0, 1])
        var chunk = PopulationChunk()
        population.fill(&chunk, with: 0..<3)
        #expect(chunk.accounts.map(\.bills.count).prefix(2) == [500, 500])
        #expect(chunk.accounts.map(\.instances.count) == [500, 500, 1])
        #expect(Set(all.instances.map(\.id)).count == all.instances.count)
    }

    @Test func deferredAccountsOweAndKeepRunning() throws {
        let population = try Self.population { $0.population.deferred = Share(partsPerBillion: 100_000_000) }
        let all = PopulationTests.everyone(population)
        let deferred = all.accounts.filter(\.isDeferred)
        #expect(deferred.count == 300)
        #expect(deferred.allSatisfy { !$0.isSuspended && $0.openingFunds == .zero && $0.clearingAmount > .zero })
        #expect(population.suspendedAccounts == (try Self.population { _ in }).suspendedAccounts)
        let everybody = try Self.population {
            $0.population.deferred = Share(partsPerBillion: 800_000_000)
        }
        #expect((0..<3_000).allSatisfy { everybody.isDeferred($0) != everybody.isSuspended($0) })
    }

    private static let bills = "Account,BilledCost\r\na,1.005\r\n\"b, c\",20.00\r\nd,-3\r\ne,0.001\r\n"

    private static func load(_ distribution: String) throws(InvalidProfile) -> LoadProfile {
        try ProfileFamilyTests.load([
            "p/child.yaml": ProfileFamilyTests.base.replacing(
                "{distribution: lognormal, mean: CNY 18.00}",
                with: distribution
            ),
            "p/bills.csv": Self.bills,
            "p/counts.csv": "count\n5\nmany",
        ])
    }

    @Test func amountsAreDrawnFromAColumn() throws {
        let profile = try Self.load("{distribution: empirical, file: bills.csv, column: BilledCost}")
        // Half a fen is rounded up; a credit and what rounds to nothing are no bills.
        #expect(profile.population.amounts.values == [101, 2_000])
        let sampler = Sampler(profile.population.amounts)
        var random = RandomStream(seed: 1, purpose: .account)
        #expect(Set((0..<100).map { _ in sampler.next(&random) }) == [101, 2_000])
    }

    @Test(arguments: [
        ("{distribution: empirical, file: bills.csv, column: Billed}", "p/bills.csv:1:1: there is no column 'Billed'"),
        (
            "{distribution: empirical, file: none.csv, column: x}",
            "p/child.yaml:5:44: the file 'none.csv' cannot be read"
        ),
        (
            "{distribution: empirical, file: bills.csv}",
            "p/child.yaml:5:12: an empirical distribution lacks the key 'column'"
        ),
        (
            "{distribution: empirical, file: bills.csv, column: Account}",
            "p/bills.csv:2:1: 'a' in column Account is no number"
        ),
        (
            "{distribution: uniform, file: bills.csv, min: CNY 1.00, max: CNY 2.00}",
            "p/child.yaml:5:36: 'file' means nothing"
        ),
    ])
    func wrongColumnsHaveTheirPlace(_ distribution: String, _ beginning: String) {
        let error = #expect(throws: InvalidProfile.self) { try Self.load(distribution) }
        let issues = error?.issues.map(\.description) ?? []
        #expect(issues.first?.hasPrefix(beginning) == true, "\(issues)")
    }
}
