import Testing

@testable import SettlementLoad

@Suite struct DisplayTests {
    @Test(arguments: [
        (0, "0 ns"), (999, "999 ns"), (1_000, "1.00 µs"), (1_240_000, "1.24 ms"), (12_345_678, "12.3 ms"),
        (999_499, "999 µs"), (999_500, "1.00 ms"), (9_995_000, "10.0 ms"), (123_456_789, "123 ms"),
        (999_500_000, "1.00 s"), (61_000_000_000, "61.0 s"), (245_000_000_000, "4 min 05 s"),
        (7_500_000_000_000, "2 h 05 min"), (-1_500_000, "-1.50 ms"),
    ])
    func durations(_ nanoseconds: Int64, _ text: String) { #expect(Display.duration(nanoseconds) == text) }

    @Test(arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (600_000, "600,000"), (-1_234_567, "-1,234,567")])
    func counts(_ value: Int64, _ text: String) { #expect(Display.count(value) == text) }

    @Test(arguments: [
        (0.0, "0.0/s"), (42.04, "42.0/s"), (500.0, "500/s"), (1_000.0, "1.00k/s"), (312_400.0, "312k/s"),
        (1_250_000.0, "1.25M/s"), (.nan, "-"),
    ])
    func rates(_ value: Double, _ text: String) { #expect(Display.rate(value) == text) }

    @Test(arguments: [(0.0, "0 %"), (0.2, "20 %"), (0.0008, "0.080 %"), (0.125, "12.5 %"), (1.0, "100 %")])
    func shares(_ value: Double, _ text: String) { #expect(Display.share(value) == text) }

    @Test(arguments: [(0, "0 B"), (1_023, "1023 B"), (65_536, "64.0 KiB"), (8_589_934_592, "8.0 GiB")])
    func sizes(_ value: Int64, _ text: String) { #expect(Display.bytes(value) == text) }
}
