import Settlement
import SettlementLedger
import Testing

@testable import SettlementLoad

@Suite struct PopulationTests {
    static func profile(_ change: (inout LoadProfile) -> Void = { _ in }) throws -> LoadProfile {
        var profile = try LoadProfile(
            yaml: """
                version: 1
                name: test
                seed: 11
                population:
                  accounts: 3000
                  billsPerAccount: {distribution: zipf, mean: 3, max: 200}
                  amounts: {distribution: lognormal, mean: CNY 180.00, min: CNY 0.05}
                  regions: [a, b, c]
                  suspended: 20%
                  userStopped: 5%
                  instancesPerAccount: {distribution: uniform, min: 0, max: 3}
                stages:
                  - {name: before, duration: 2s, recharges: {rate: 100/s}, queries: {rate: 7/s, arrivals: even}}
                  - {name: peak, duration: 3s, recharges: {rate: 100/s, arrivals: exact}, writeOffs: {rate: 50/s}}
                  - {name: after, duration: 2s, recharges: {rate: 600/min, accounts: all, amount: CNY 5.00}, bills: {rate: 9/s}}
                """,
            file: "test.yaml"
        ) { _ in true }
        change(&profile)
        return profile
    }

    static func everyone(_ population: Population, by step: Int = 257) -> PopulationChunk {
        var all = PopulationChunk()
        var chunk = PopulationChunk()
        for start in stride(from: 0, to: population.accountCount, by: step) {
            population.fill(&chunk, with: start..<min(start + step, population.accountCount))
            all.accounts += chunk.accounts
            all.bills += chunk.bills
            all.instances += chunk.instances
        }
        return all
    }

    @Test func identifiersAreUnique() throws {
        let all = Self.everyone(Population(try Self.profile()))
        #expect(Set(all.accounts.map(\.id)).count == 3_000)
        #expect(Set(all.bills.map(\.id)).count == all.bills.count)
        #expect(Set(all.instances.map(\.id)).count == all.instances.count)
    }

    @Test func sharesAreExactWhereTheyCanBe() throws {
        let population = Population(try Self.profile())
        #expect(population.suspendedAccounts.count == 600)
        #expect(population.suspendedAccounts == population.suspendedAccounts.sorted())
        let all = Self.everyone(population)
        #expect(all.accounts.filter(\.isSuspended).map(\.index) == population.suspendedAccounts)
        let stopped = Double(all.instances.count(where: \.isUserStopped)) / Double(all.instances.count)
        #expect((0.03...0.07).contains(stopped))
        #expect((2.7...3.3).contains(Double(all.bills.count) / 3_000))
    }

    @Test func suspendedAccountsOweOverdueBillsAndOthersCanPay() throws {
        let population = Population(try Self.profile())
        var chunk = PopulationChunk()
        population.fill(&chunk, with: 0..<3_000)
        for account in chunk.accounts {
            let bills = chunk.bills[account.bills]
            let owed = bills.reduce(Amount.zero) { $0 + $1.amount }
            if account.isSuspended {
                #expect(bills.contains { $0.month < population.month })
                #expect(account.openingFunds == .zero)
                #expect(account.clearingAmount > owed)
                #expect(account.clearingAmount.minorUnits % 10_000 == 0)
            } else {
                #expect(bills.allSatisfy { $0.month == population.month })
                #expect(account.openingFunds > owed)
            }
            #expect(bills.allSatisfy { $0.amount > .zero && $0.fraction < ExactAmount.unitsPerMinorUnit })
            #expect(bills.allSatisfy { Month(containing: $0.created, offsetMinutes: 480) == $0.month })
            let regions = bills.reduce(into: RegionSet()) { $0.formUnion(RegionSet($1.region)) }
            #expect(bills.isEmpty || account.regions == regions)
        }
    }

    @Test func chunksDoNotMatter() throws {
        let population = Population(try Self.profile())
        let (small, large) = (Self.everyone(population, by: 7), Self.everyone(population, by: 3_000))
        #expect(small.bills == large.bills)
        #expect(small.instances == large.instances)
        #expect(small.accounts.map(\.id) == large.accounts.map(\.id))
    }
}
