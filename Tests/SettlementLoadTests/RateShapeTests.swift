import Testing

@testable import SettlementLoad

@Suite struct RateShapeTests {
    private static let second: Int64 = 1_000_000_000

    static func times(_ shape: RateShape, _ pattern: ArrivalLoad.Pattern, seconds: Int64, seed: UInt64 = 5) -> [Int64] {
        var times = ArrivalTimes(.open(shape, pattern), duration: seconds * second)
        var random = RandomStream(seed: seed, purpose: .queries)
        var result: [Int64] = []
        while let time = times.next(&random) { result.append(time) }
        return result
    }

    private static func perSecond(_ times: [Int64], seconds: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: seconds)
        for time in times { counts[Int(time / second)] += 1 }
        return counts
    }

    /// The number that falls into each second is the area under the curve.
    @Test func evenArrivalsFollowTheirShape() {
        func rate(_ count: Int64) -> Rate { Rate(perSecond: count) }
        func counts(_ shape: RateShape, _ seconds: Int) -> [Int] {
            Self.perSecond(Self.times(shape, .even, seconds: Int64(seconds)), seconds: seconds)
        }
        #expect(counts(.constant(rate(300)), 3) == [300, 300, 300])
        #expect(counts(.total(1_000), 4) == [250, 250, 250, 250])
        #expect(counts(.ramp(from: rate(0), to: rate(400)), 4) == [50, 150, 250, 350])
        #expect(counts(.ramp(from: rate(400), to: rate(0)), 4) == [350, 250, 150, 50])
        #expect(counts(.steps(from: rate(100), to: rate(300), count: 3), 6) == [100, 100, 200, 200, 300, 300])
        let spike = RateShape.spike(rate: rate(10), peak: rate(500), at: 2 * Self.second, lasting: Self.second)
        #expect(counts(spike, 4) == [10, 10, 500, 10])
        let traced = RateShape.traced([
            TracedRate(time: Self.second, rate: rate(7)), TracedRate(time: 3 * Self.second, rate: rate(0)),
        ])
        #expect(counts(traced, 5) == [0, 7, 7, 0, 0])
        // The mean over a whole period is the mean; the first half has 2/π of the amplitude more.
        let sine = counts(.sine(mean: rate(1_000), amplitude: rate(500), period: 2 * Self.second), 2)
        #expect(sine.reduce(0, +) == 2_000)
        #expect(abs(sine[0] - 1_318) <= 1)
    }

    @Test(arguments: [ArrivalLoad.Pattern.poisson, .exact])
    func randomArrivalsFollowTheRampToo(_ pattern: ArrivalLoad.Pattern) {
        let shape = RateShape.ramp(from: Rate(perSecond: 0), to: Rate(perSecond: 2_000))
        let times = Self.times(shape, pattern, seconds: 10)
        #expect(times == times.sorted())
        #expect(times.allSatisfy { (0..<10 * Self.second).contains($0) })
        if pattern == .exact { #expect(times.count == 10_000) }
        // Expected: 100 + 200·k; five standard deviations.
        for (second, count) in Self.perSecond(times, seconds: 10).enumerated() {
            let expected = Double(100 + 200 * second)
            #expect(abs(Double(count) - expected) < 5 * expected.squareRoot())
        }
    }

    @Test func exactlyTheAskedNumberArrives() {
        for count in [1, 7, 999, 12_345] as [Int64] {
            #expect(Self.times(.total(count), .exact, seconds: 3).count == Int(count))
            #expect(Self.times(.total(count), .even, seconds: 3).count == Int(count))
        }
    }

    @Test func traceTellsRatesOrArrivals() throws {
        let rates = try ArrivalTrace(csv: "time,rate\n0,100\n90s, 1.5k/s\n", file: "t.csv")
        #expect(
            rates
                == .rates([
                    TracedRate(time: 0, rate: Rate(perSecond: 100)),
                    TracedRate(time: 90 * Self.second, rate: Rate(perSecond: 1_500)),
                ])
        )
        let arrivals = try ArrivalTrace(csv: "time\r\n0.25\r\n800ms\r\n2\r\n", file: "t.csv")
        #expect(arrivals == .arrivals([250_000_000, 800_000_000, 2 * Self.second]))
    }

    @Test(arguments: [
        ("", "t.csv:1:1: this is no header of a trace"), ("rate\n1", "t.csv:1:1: this is no header of a trace"),
        ("time\n", "t.csv:1:1: the trace has no lines"), ("time\nsoon", "t.csv:2:1: 'soon' "),
        ("time\n2\n1", "t.csv:3:1: this time is before that of the line above"),
        ("time,rate\n1,500/s\n2,fast", "t.csv:3:3: 'fast' "), ("time,rate\n1", "t.csv:2:1: this line has 1 fields"),
        ("time,rate\n1,-5", "t.csv:2:3: '-5' is negative; a rate cannot be"),
    ])
    func traceErrorsHaveTheirPlace(_ csv: String, _ beginning: String) throws {
        let error = #expect(throws: ProfileIssue.self) { try ArrivalTrace(csv: csv, file: "t.csv") }
        #expect(error?.description.hasPrefix(beginning) == true, "\(error.map(\.description) ?? "")")
    }

    @Test func sineIsPortableAndRight() {
        #expect(PortableMath.sine(0, of: 64) == 0)
        #expect(abs(PortableMath.sine(16, of: 64) - 1) < 1e-14)
        #expect(abs(PortableMath.sine(8, of: 64) - 0.5.squareRoot()) < 1e-14)
        #expect(abs(PortableMath.sine(48, of: 64) + 1) < 1e-14)
        #expect(abs(PortableMath.sine(32 + 640, of: 64)) < 1e-12)
    }

    @Test func sparklineShowsTheShape() {
        #expect(Sparkline.text([0, 1, 50, 100]) == " ▁▄█")
        #expect(Sparkline.text([0, 0]) == "  ")
    }
}
