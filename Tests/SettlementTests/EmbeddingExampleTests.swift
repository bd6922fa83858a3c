import Foundation
import Settlement
import Testing

/// The article shows what is compiled and run here.
@Suite struct EmbeddingExampleTests {
    @Test func theExampleRuns() async throws {
        let standing = try await withTemporaryDirectory { try await embeddingExample(directory: $0.path) }
        #expect(standing == Standing(state: .good, epoch: 2))
    }

    @Test func theArticleShowsIt() throws {
        let here = URL(filePath: #filePath)
        let source = try String(
            contentsOf: here.deletingLastPathComponent().appending(path: "EmbeddingExample.swift"),
            encoding: .utf8
        )
        let parts = source.components(separatedBy: "    // ---8<---\n")
        let example = parts[1].split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n")
        #expect(example.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let article = try String(
            contentsOf: root.appending(path: "Sources/Settlement/Settlement.docc/Embedding.md"),
            encoding: .utf8
        )
        #expect(
            article.contains(example),
            "Embedding.md must show Tests/SettlementTests/EmbeddingExample.swift as it is"
        )
    }
}
