import Settlement
import Testing

@testable import SettlementLoad

/// Whatever somebody writes into a policy: it is refused with a place, or it can be carried out.
@Suite struct PolicyFuzzTests {
    private static let scraps =
        ProfileFuzzTests.scraps + [
            "-1000000mo", "1200mo", "36500d", "1000000h", "-9223372036854775808d", "1d at 24:00", " at 08:00",
            "every: 1s",
            "times: 1000000", "CNY -1", "CNY 99999999999999999999", "posix: CST-100", "{name: X, posix: CST24CDT}",
            "9999-12-31T23:59:59+23:59", "owesAtLeast: 0", "resumes: [arrears]", "since: suspension", "release",
            "throttle 0bit/s",
        ]

    @Test(arguments: ArrearsPolicy.shipped)
    func mutationsAreRefusedWithAPlaceOrCanBeCarriedOut(_ policy: ArrearsPolicy) throws {
        let text = try FileReader.text(of: ShippedPoliciesTests.folder + policy.name + ".yaml")
        var random = RandomStream(seed: 2, purpose: .faults, item: Digest(of: policy.name).value)
        var refused = 0
        for _ in 0..<300 {
            let yaml = ProfileFuzzTests.mutated(text, &random, scraps: Self.scraps)
            do throws(InvalidProfile) {
                Self.carryOut(try ArrearsPolicy(yaml: yaml, file: "p.yaml"))
            } catch {
                refused += 1
                for issue in error.issues { #expect(issue.line >= 1 && issue.column >= 1 && !issue.problem.isEmpty) }
            }
        }
        #expect(refused > 60)
    }

    /// A few steps of an account in trouble of every kind.
    private static func carryOut(_ policy: ArrearsPolicy) {
        let begin = Timestamp(seconds: 1_800_000_000)
        var facts = ArrearsFacts(expiry: begin)
        facts.arrearsStart = begin
        facts.earliestOverdueBill = begin
        facts.notice = begin
        facts.overdueBills = 1
        facts.owed = Amount(minorUnits: 1)
        var arrears = ArrearsCase(policy: policy, facts: facts, at: begin)
        for _ in 0..<20 {
            guard let due = arrears.nextDue else { break }
            _ = arrears.advance(to: due)
        }
        _ = arrears.adopt(.clear, at: arrears.time)
    }

    /// Each of these once ended the process, or was taken for what it is not.
    @Test(arguments: [
        ("after: 15d", "after: -9223372036854775808d", "8"), ("after: 15d", "after: 1200mo 36500d", "8"),
        ("timeZone: Asia/Shanghai", "timeZone: {name: X, posix: CST-100}", "4"),
        ("timeZone: Asia/Shanghai", "timeZone: {name: X, posix: 'CST-24CDT,M3.2.0,M11.1.0'}", "4"),
        ("name: stopped", "name: ''", "6"), ("name: stopped", "name: \(String(repeating: "x", count: 101))", "6"),
        ("stages:", "restart: {floor: [CNY -1.00]}\nstages:", "5"),
    ])
    func nonsenseIsRefused(_ part: String, _ nonsense: String, _ line: String) {
        let yaml = """
            version: 1
            name: patient
            description: "One stage"
            timeZone: Asia/Shanghai
            stages:
              - name: stopped
                since: arrearsStart
                after: 15d
                do: [suspendAll]
            """
        #expect((try? ArrearsPolicy(yaml: yaml, file: "p.yaml")) != nil)
        let broken = yaml.replacing(part, with: nonsense)
        let error = #expect(throws: InvalidProfile.self) { try ArrearsPolicy(yaml: broken, file: "p.yaml") }
        #expect(error?.issues.map { "\($0.line)" } == [line])
    }
}
