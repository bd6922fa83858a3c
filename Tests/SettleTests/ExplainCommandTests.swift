import Foundation
import Testing

@Suite struct ExplainCommandTests {
    @Test func `explains an account of a run, and says what it cannot find`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("small.yaml", Profiles.small())
            let journal = tool.path("j")
            #expect(try tool.run("run", profile, "--journal", journal, "--quiet").code == 0)
            let entries = try tool.run("journal", "export", journal).output
            let number = try #require(entries.components(separatedBy: "\"account\":\"").dropFirst().first)
            let account = String(number.prefix { $0 != "\"" })
            // The directory that the run was given, and the journal's own.
            for directory in [journal, journal + "/journal"] {
                let explained = try tool.run("explain", "--journal", directory, "--policy", "aliyun-ecs-cn", account)
                #expect(explained.code == 0 && explained.output.contains("."), "\(explained.errors)")
            }
            let unknown = try tool.run("explain", "--journal", journal, "999999999")
            #expect(unknown.code == 104 && unknown.errors.contains("account 999999999: there is none"))
            let policy = try tool.run("explain", "--journal", journal, "--policy", "aliyun", account)
            #expect(policy.code == 104 && policy.errors.contains("aliyun-ecs-cn"), "names the shipped ones")
            let nothing = try tool.run("explain", "--journal", tool.path("none"), "1")
            #expect(nothing.code == 104 && nothing.errors.contains("there is no journal in it"))
            #expect(!FileManager.default.fileExists(atPath: tool.path("none")), "none is made")
        }
    }
}
