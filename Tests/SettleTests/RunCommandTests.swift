import Foundation
import Testing

@Suite struct RunCommandTests {
    @Test func `a run that meets its thresholds ends with 0`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("small.yaml", Profiles.small())
            let real = try tool.run("run", profile, "--report", tool.path("report.html"), "--json", tool.path("r.json"))
            #expect(real.code == 0, "\(real.errors)")
            #expect(real.output.hasPrefix("small: PASSED, valid"))
            #expect(try tool.temporaryJournals() == [])
            for name in ["report.html", "r.json"] { #expect(FileManager.default.fileExists(atPath: tool.path(name))) }
        }
    }

    /// Writing a file anew would put a file where a link, or a device, was.
    @Test func `links are written through`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("small.yaml", Profiles.small())
            let target = try tool.file("target.json", "old")
            try FileManager.default.createSymbolicLink(atPath: tool.path("link.json"), withDestinationPath: target)
            let run = try tool.run("run", profile, "--quiet", "--virtual-time", "--json", tool.path("link.json"))
            #expect(run.code == 0, "\(run.errors)")
            #expect(try String(contentsOfFile: target, encoding: .utf8).hasPrefix("{"))
            let kind = try FileManager.default.attributesOfItem(atPath: tool.path("link.json"))[.type]
            #expect(kind as? FileAttributeType == .typeSymbolicLink)
        }
    }

    @Test func `a threshold that is not met ends with 99`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("small.yaml", Profiles.small(thresholds: "[recharges count == 6]"))
            let outcome = try tool.run("run", profile, "--virtual-time", "--quiet", "--format", "junit")
            #expect(outcome.code == 99)
            #expect(outcome.output.contains("<failure message=\"observed 5\"/>"))
            #expect(outcome.errors == "")
        }
    }

    @Test func `a profile that is wrong ends with 104 and says where`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("bad.yaml", "version: 1\nname: bad\nstages: [{name: a, duraton: 1s}]\n")
            let outcome = try tool.run("run", profile)
            #expect(outcome.code == 104)
            #expect(outcome.errors.contains("\(profile):3:20: unknown key 'duraton'"), "\(outcome.errors)")
            #expect(outcome.errors.contains("did you mean 'duration'?"))
            #expect(outcome.output == "")
            #expect(try tool.run("run", tool.path("none.yaml")).code == 104)
            #expect(try tool.run("run").code == 104)
            let small = try tool.file("small.yaml", Profiles.small())
            #expect(try tool.run("run", small, "--json", "/nowhere/r.json").code == 104)
            #expect(try tool.run("run", small, "--virtual-time", "--journal", tool.path("j")).code == 104)
        }
    }

    @Test func `a generator that is late beyond what a threshold bears ends with 106`() async throws {
        try await Tool.with { tool in
            let profile = try tool.file("small.yaml", Profiles.small(thresholds: "[settle p99 < 1us]"))
            let outcome = try tool.run("run", profile, "--quiet")
            #expect(outcome.code == 106)
            #expect(outcome.output.contains("generator-bound"))
        }
    }

    @Test func `without latencies no threshold on them fails`() async throws {
        try await Tool.with { tool in
            let thresholds = "[settle p99 > 1h, instancesStarted count == 5, recharges count == 5]"
            let profile = try tool.file("small.yaml", Profiles.small(thresholds: thresholds))
            let outcome = try tool.run("run", profile, "--unmeasured", "--quiet")
            #expect(outcome.code == 0, "\(outcome.output)")
            #expect(outcome.output.contains("not measured"))
        }
    }

    @Test func `the first interrupt gives a report, and leaves nothing behind`() async throws {
        try await Tool.with { tool in
            let running = try tool.start("run", try tool.file("long.yaml", Profiles.long))
            #expect(running.waitForLine("endless"))
            #expect(try tool.temporaryJournals().count == 1)
            running.send(SIGINT)
            let outcome = running.finish()
            #expect(outcome.code == 105)
            #expect(outcome.output.hasPrefix("long: FAILED, incomplete: the run was interrupted in stage endless"))
            #expect(try tool.temporaryJournals() == [])
        }
    }

    @Test func `the second interrupt ends at once, and leaves nothing behind`() async throws {
        try await Tool.with { tool in
            let running = try tool.start("run", try tool.file("long.yaml", Profiles.long))
            #expect(running.waitForLine("endless"))
            running.send(SIGINT)
            running.send(SIGTERM)
            let outcome = running.finish()
            #expect(outcome.code == 105)
            #expect(outcome.output == "", "nobody waited for a report")
            #expect(outcome.errors.contains("once more to end at once"))
            #expect(try tool.temporaryJournals() == [])
        }
    }
}
