import Settlement
import Testing

@testable import SettlementLoad

@Suite struct ShippedPoliciesTests {
    /// The folder of the policies, found from this file.
    static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/") + "/Sources/Settlement/Policies/"

    @Test(arguments: ArrearsPolicy.shipped)
    func fileIsTheValue(_ policy: ArrearsPolicy) throws {
        let file = policy.name + ".yaml"
        let read = try ArrearsPolicy(yaml: try FileReader.text(of: Self.folder + file), file: file)
        #expect(read == policy)
    }

    @Test func everythingThatIsWrongIsSaid() {
        let yaml = """
            version: 1
            name: broken
            timeZone: {name: Nowhere, posix: CST}
            stages:
              - name: first
                since: arrearStart
                do: [remind]
              - name: second
                since: notice
                after: 3 weeks
                do: [suspendAll]
              - name: third
                since: expiry
                every: 1d
                do: [suspendAll, throttle]
              - name: fourth
                since: notice
                every: 1d
                do: [suspendAll]
            """
        let error = #expect(throws: InvalidProfile.self) { try ArrearsPolicy(yaml: yaml, file: "broken.yaml") }
        let lines = error?.issues.map(\.description) ?? []
        #expect(lines.map { $0.split(separator: ":")[1] } == ["3", "6", "10", "15", "16"])
        #expect(lines[1].hasSuffix("did you mean 'arrearsStart'?"))
        #expect(lines[4].contains("repeats an action that lasts"))
    }

    @Test func spansAreWrittenAsTheyAreRead() throws {
        for text in ["0s", "15d", "24h", "3mo 90d", "-9d at 08:00", "1mo at 23:59:59", "61s"] {
            #expect(try CalendarText.span(text).description == text)
        }
    }
}
