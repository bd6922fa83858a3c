import ArgumentParser
import Foundation
import Settlement
import SettlementJournal
import SettlementLoad

/// `settle explain`: why an account's instances do not run, as far as the journal tells.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says why an account that has paid is still stopped.",
        discussion: """
            Opens the journal of a pool that does not run, as the pool itself would: it takes the directory's lock, cuts \
            off a torn tail, and closes the journal in order. It submits nothing.

            Says the first step that is not met on the way from a payment to a running instance, since when, what comes \
            next and what helps. Regions are not asked; how far a policy has come is worked out from the journal's facts, \
            as of now, and what a start by hand takes is the policy's.
            """
    )

    @Option(help: "Directory of the journal.", completion: .directory)
    var journal: String

    @Option(help: "Number of shards the journal must have; as many as it has unless given.")
    var shards: Int?

    @Option(help: "A shipped policy, such as aliyun-ecs-cn, or a policy file.", completion: .file(extensions: ["yaml"]))
    var policy: String?

    @Argument(help: "The number of the fund account.")
    var account: UInt64

    func run() async throws {
        // Opening a directory without a journal would make one.
        guard FileManager.default.fileExists(atPath: directory + "/anchor") else {
            throw fail(
                "\(journal): there is no journal in it; expected the directory given to --journal of a run, or a pool's",
                .badConfiguration
            )
        }
        if let shards, !JournalConfiguration.shardCounts.contains(shards) {
            throw fail("--shards \(shards): expected 1 to 1024", .badConfiguration)
        }
        let rules = try policy.map(loadPolicy)
        if let rules, !rules.timeZone.isFixed {
            throw fail(
                "--policy \(rules.name): the clocks of \(rules.timeZone.name) are set twice a year, and a pool's billing "
                    + "months begin at one offset from UTC; expected a policy with a zone such as Asia/Shanghai",
                .badConfiguration
            )
        }
        let pool = try open(rules)
        let explanation = try await explain(in: pool, rules)
        try await pool.shutdown()
        if explanation.step == .unknownAccount {
            throw fail("account \(account): there is none of this number in \(journal)", .badConfiguration)
        }
        print(explanation.text(in: rules?.timeZone ?? .utc))
    }

    /// A run keeps its journal one level below the directory it was given.
    private var directory: String {
        let below = journal + "/journal"
        return FileManager.default.fileExists(atPath: below + "/anchor") ? below : journal
    }

    private func open(_ rules: ArrearsPolicy?) throws -> SettlementPool {
        var configuration = PoolConfiguration()
        configuration.shardCount = shards
        if let rules { configuration.policy = rules.ledgerPolicy }
        let file = JournalConfiguration(directory: directory, lowWaterBytes: 0)
        do throws(PoolOpenError) {
            return try SettlementPool.open(
                configuration,
                journal: .file(file),
                observer: NoPathObserver(),
                logger: .warningsOnly
            )
        } catch {
            throw fail("\(error)", .badConfiguration)
        }
    }

    private func explain(in pool: SettlementPool, _ rules: ArrearsPolicy?) async throws -> Explanation {
        let id = AccountID(account)
        let since = try await pool.standingSince(of: id)
        var arrears: ArrearsCase?
        if let rules { arrears = try await progress(of: id, since: since, by: rules, in: pool) }
        return try await pool.explain(id, standingSince: since, arrears: arrears, restart: rules?.restart)
    }

    /// The account's way through a policy, from the beginning of its arrears to now.
    private func progress(
        of id: AccountID,
        since: Timestamp?,
        by rules: ArrearsPolicy,
        in pool: SettlementPool
    ) async throws -> ArrearsCase? {
        guard let view = try await pool.account(id) else { return nil }
        let bills = try await pool.openBills(of: id)
        let facts = ArrearsFacts(account: view, bills: bills, since: since, zone: rules.timeZone)
        let begin = [facts.arrearsStart, facts.earliestOverdueBill].compactMap(\.self).min() ?? pool.now
        var arrears = ArrearsCase(policy: rules, facts: facts, at: begin)
        _ = arrears.advance(to: max(begin, pool.now))
        return arrears
    }

    private func loadPolicy(_ name: String) throws -> ArrearsPolicy {
        if let shipped = ArrearsPolicy.shipped.first(where: { $0.name == name }) { return shipped }
        guard FileManager.default.fileExists(atPath: name) else {
            let names = ArrearsPolicy.shipped.map(\.name).joined(separator: ", ")
            throw fail("--policy \(name): there is no such file; shipped policies are \(names)", .badConfiguration)
        }
        do throws(InvalidProfile) {
            return try ArrearsPolicy(contentsOf: name)
        } catch {
            throw fail("\(error)", .badConfiguration)
        }
    }
}
