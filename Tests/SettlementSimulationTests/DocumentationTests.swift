import Foundation
import Testing

@Suite struct DocumentationTests {
    @Test func `the example of the documentation is the test that runs`() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let root = tests.deletingLastPathComponent().deletingLastPathComponent()
        let example = try String(contentsOf: tests.appending(path: "FirstSimulatedTest.swift"), encoding: .utf8)
        let page = try String(
            contentsOf: root.appending(
                path: "Sources/SettlementTestKit/SettlementTestKit.docc/TestingWithSimulation.md"
            ),
            encoding: .utf8
        )
        #expect(page.contains("```swift\n" + example + "```"), "copy FirstSimulatedTest.swift into the page")
        #expect(example.split(separator: "\n").count <= 32)
    }
}
