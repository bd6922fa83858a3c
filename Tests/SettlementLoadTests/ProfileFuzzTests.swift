import Testing

@testable import SettlementLoad

/// Whatever somebody writes: the decoder answers, and every complaint has a place.
@Suite struct ProfileFuzzTests {
    private static let names = [
        "month-end-peak", "smoke", "steady-day", "recharge-storm", "hot-payer", "region-outage", "cloud-throttling",
        "arrears-drill", "overload", "settle-throughput",
    ]
    /// What mutations put in.
    static let scraps = [
        "", " ", "\n", "\t", ":", "-", "{", "}", "[", "]", "%", "0", "-1", "1e9", "99999999999999999999",
        "9223372036854775807",
        "null", "~", "&a", "*a", "!!str", "\"", "'", "#", "|", ">", "?", "@peak", "${X}", "${", "日本", "5s", "1/s",
        "0.1%",
        "CNY 1.00", "extends: smoke.yaml", "rate: 1/s", "count: 3", "faults: []", "<<: *a",
    ]

    /// The text with a few random changes, in which `scraps` are put in.
    static func mutated(_ text: String, _ random: inout RandomStream, scraps: [String] = scraps) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0...random.next(below: 3) {
            let position = Int(random.next(below: UInt64(scalars.count)))
            let length = Int(random.next(below: 12))
            let end = min(scalars.count, position + length)
            let scrap = Array(scraps[Int(random.next(below: UInt64(scraps.count)))].unicodeScalars)
            switch random.next(below: 4) {
            case 0: scalars.removeSubrange(position..<end)
            case 1: scalars.insert(contentsOf: scrap, at: position)
            case 2: scalars.replaceSubrange(position..<end, with: scrap)
            default:
                // A line from elsewhere.
                let lines = text.split(separator: "\n")
                scalars.insert(
                    contentsOf: Array(
                        ("\n" + lines[Int(random.next(below: UInt64(lines.count)))] + "\n").unicodeScalars
                    ),
                    at: position
                )
            }
            if scalars.isEmpty { scalars = ["x"] }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    @Test(arguments: names)
    func mutationsAreReadOrRefusedWithAPlace(_ name: String) throws {
        let text = try FileReader.text(of: ShippedProfilesTests.folder + name + ".yaml")
        var random = RandomStream(seed: 1, purpose: .faults, item: Digest(of: name).value)
        var surroundings = ProfileSurroundings.none
        surroundings.text = { _ throws(ProfileSurroundings.UnreadableFile) in "time,rate\n0,5\n" }
        surroundings.isReadable = { _ in true }
        surroundings.variable = { $0 == "X" ? "7" : nil }
        var refused = 0
        for _ in 0..<150 {
            let yaml = Self.mutated(text, &random)
            let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count
            do throws(InvalidProfile) {
                _ = try LoadProfile(yaml: yaml, file: "f.yaml", surroundings: surroundings)
            } catch {
                refused += 1
                for issue in error.issues where issue.file == "f.yaml" {
                    #expect(issue.line >= 1 && issue.line <= lines + 1, "\(issue)\n\(yaml)")
                    #expect(issue.column >= 1, "\(issue)")
                    #expect(!issue.problem.isEmpty)
                }
            }
        }
        #expect(refused > 30)
    }
}
