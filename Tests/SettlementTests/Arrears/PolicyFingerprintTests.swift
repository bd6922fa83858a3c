import Testing

@testable import Settlement

@Suite struct PolicyFingerprintTests {
    /// Part of the format of an arrears service's journal: another value means that no such journal opens any more.
    @Test func thoseOfTheShippedPoliciesStay() {
        let found = ArrearsPolicy.shipped.map { "\($0.name) \(String($0.fingerprint, radix: 16))" }
        #expect(
            found == [
                "aliyun-ecs-cn 4a876f21cbf6c6be",
                "aliyun-ecs-intl 841ab5b50dbdde62",
                "aliyun-simple-server b8fa5d5ee15777de",
                "aliyun-cdn-domain 771ac749ef4f632b",
                "aliyun-eip 64a51b51496094a8",
                "aws-cn 491d578c53d3a08",
                "tencent 190f68090ae406a5",
            ]
        )
    }

    @Test func everythingThatDecidesIsPartOfIt() {
        let policy = ArrearsPolicy.aliyunECSChina
        let changes: [(inout ArrearsPolicy) -> Void] = [
            { $0.name = "x" }, { $0.timeZone = .utc }, { $0.relief = .reanchoring }, { $0.honoursDeferral.toggle() },
            { $0.resumes = [] }, { $0.stages.swapAt(0, 1) }, { $0.stages[0].name = "x" },
            { $0.stages[0].anchor = .notice }, { $0.stages[0].age.seconds += 1 }, { $0.stages[0].age.timeOfDay = 0 },
            { $0.stages[0].repetition = nil }, { $0.stages[0].repetition?.times = 7 },
            { $0.stages[0].conditions = [.overdueBills(atLeast: 1)] },
            { $0.stages[0].conditions = [.owesAtLeast(Amount(minorUnits: 1))] },
            { $0.stages[0].actions = [.throttle(bitsPerSecond: 1)] },
            { $0.stages[0].actions = [.throttle(bitsPerSecond: 2)] }, { $0.stages[0].actions = [.purge] },
        ]
        var fingerprints: Set<UInt64> = [policy.fingerprint]
        for change in changes {
            var other = policy
            change(&other)
            #expect(fingerprints.insert(other.fingerprint).inserted, "\(other)")
        }
        var other = policy
        other.summary = "others read it"
        #expect(other.fingerprint == policy.fingerprint)
    }
}
