import Testing

@testable import SettlementLoad

@Suite struct RandomTests {
    @Test func logarithmAndExponentialAgreeWithKnownValues() {
        let known: [(x: Double, ln: Double)] = [
            (1, 0), (2, 0.693_147_180_559_945_3), (10, 2.302_585_092_994_045_7), (0.5, -0.693_147_180_559_945_3),
            (1e-300, -690.775_527_898_213_7), (18_000, 9.798_127_036_878_302), (0x1p-53, -36.736_800_569_677_1),
        ]
        for (x, ln) in known {
            #expect((PortableMath.ln(x) - ln).magnitude <= 1e-13 * max(1, ln.magnitude))
            #expect((PortableMath.exp(ln) / x - 1).magnitude < 1e-12)
        }
        #expect(PortableMath.exp(-800) == 0)
    }

    @Test func streamsDependOnSeedPurposeAndItemAlone() {
        func first(_ seed: UInt64, _ purpose: RandomStream.Purpose, _ item: UInt64) -> UInt64 {
            var stream = RandomStream(seed: seed, purpose: purpose, item: item)
            return stream.next()
        }
        #expect(first(1, .account, 5) == first(1, .account, 5))
        #expect(
            Set([first(1, .account, 5), first(2, .account, 5), first(1, .bills, 5), first(1, .account, 6)]).count == 4
        )
    }

    /// Means of 20,000 draws, held to five standard errors or so; the seed is fixed, so this cannot fail by chance.
    @Test(arguments: [
        (Distribution(zipfMean: 3, from: 1, through: 500), 2.6...3.4),
        (Distribution(uniformFrom: 10, through: 20), 14.9...15.1),
        (Distribution(lognormalMean: 18_000, from: 5, through: 100_000_000), 17_000...19_000),
        (Distribution.constant(7), 7...7),
    ])
    func samplersMeetTheirMeanWithinTheirRange(_ distribution: Distribution, _ mean: ClosedRange<Double>) {
        let sampler = Sampler(distribution)
        var random = RandomStream(seed: 3, purpose: .account)
        let values = (0..<20_000).map { _ in sampler.next(&random) }
        #expect(values.allSatisfy { (distribution.minimum...distribution.maximum).contains($0) })
        let sum = values.reduce(0.0) { $0 + Double($1) }
        #expect(mean.contains(sum / 20_000))
    }

    @Test func zipfIsSkewed() {
        let sampler = Sampler(Distribution(zipfMean: 3, from: 1, through: 500))
        var random = RandomStream(seed: 3, purpose: .account)
        let values = (0..<20_000).map { _ in sampler.next(&random) }
        #expect(values.count { $0 == 1 } > 10_000)
        #expect(values.contains { $0 > 100 })
    }

    @Test func unsoundDistributionsSayWhy() {
        #expect(Distribution(shape: .zipf, minimum: 1, maximum: 10, meanThousandths: 9_000).problem != nil)
        #expect(Distribution(shape: .zipf, minimum: 0, maximum: 10, meanThousandths: 2_000).problem != nil)
        #expect(Distribution(shape: .zipf, minimum: 1, maximum: 100_000, meanThousandths: 2_000).problem != nil)
        #expect(Distribution(shape: .lognormal, minimum: 5, maximum: 9, meanThousandths: 2_000).problem != nil)
        #expect(Distribution(shape: .zipf, minimum: 1, maximum: 10, meanThousandths: 5_500).problem == nil)
    }
}
