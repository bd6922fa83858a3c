import Foundation
import Testing

/// Tests of the program that is really run, one at a time: they need the machine.
@Suite(.serialized) struct CrashTests {}

extension CrashTests {
    /// Whatever the moment at which the process dies: what was acknowledged is there, once.
    @Suite struct KillTests {
        @Test(.timeLimit(.minutes(30))) func killedAtRandomMoments() async throws {
            try await Scratch.run { scratch in
                let cycles = Scale.pick(short: 40, long: 1_000)
                let writer = Writer(scratch, settings: ["--seed", "11"])
                var random = SeededGenerator(seed: 11)
                var book = AcknowledgementBook()
                for cycle in 1...cycles {
                    let child = try writer.work(book, ["--snapshot-every", "20"])
                    let ready = try #require(child.nextLine(), "start \(cycle) failed: \(child.complaint)")
                    #expect(ready.hasPrefix("ready"))
                    var left = Int.random(in: 1...120, using: &random)
                    while left > 0, let line = child.nextLine() {
                        if try book.take(line) { left -= 1 }
                    }
                    kill(child.pid, SIGKILL)
                    let end = try child.finish { try book.take($0) }
                    #expect(end == .killed(by: SIGKILL), "\(child.complaint)")
                    if cycle.isMultiple(of: 100) { try writer.check(book) }
                }
                try writer.check(book)
                print("\(cycles) kills at random moments: \(book.count) acknowledgements, none lost, none twice")
            }
        }

        @Test(.enabled(if: Tracer.isUsable, Tracer.missing), .timeLimit(.minutes(30)))
        func killedAtSystemCallsOfANewJournal() async throws {
            try await Scratch.run { scratch in
                let writer = Writer(scratch)
                try killAtCalls(of: writer, in: scratch, count: Scale.pick(short: 25, long: 500)) {
                    try? FileManager.default.removeItem(at: writer.journal)
                    return (writer, AcknowledgementBook())
                }
            }
        }

        @Test(.enabled(if: Tracer.isUsable, Tracer.missing), .timeLimit(.minutes(30)))
        func killedAtSystemCallsOfAJournalThatIsReopened() async throws {
            try await Scratch.run { scratch in
                let template = Writer(scratch)
                var book = AcknowledgementBook()
                let child = try template.work(book, ["--snapshot-every", "7"])
                while book.count < 400, let line = child.nextLine() { try book.take(line) }
                kill(child.pid, SIGKILL)
                _ = try child.finish { try book.take($0) }
                let acknowledged = book
                let writer = try template.copy("reopened")
                try killAtCalls(of: writer, in: scratch, count: Scale.pick(short: 25, long: 500)) {
                    (try template.copy("reopened"), acknowledged)
                }
            }
        }

        /// Kills the writer at each of the first calls that touch the journal, each time beginning anew.
        private func killAtCalls(
            of writer: Writer,
            in scratch: Scratch,
            count: Int,
            fresh: () throws -> (Writer, AcknowledgementBook)
        ) throws {
            let log = scratch.url.appending(path: "trace")
            let (first, acknowledged) = try fresh()
            let more = Self.life(after: acknowledged, commands: Scale.pick(short: 24, long: 60))
            let recorded = try first.work(acknowledged, more, under: .recording(Tracer.calls, to: log))
            #expect(recorded.finish() == .exited(0), "\(recorded.complaint)")
            let recording = try Recording(of: log, touching: writer.journal)
            let points = Scale.isLong ? Array(recording.points.prefix(count)) : recording.points.sample(count)
            #expect(points.count >= count)
            var kills = 0
            for point in points {
                let (writer, acknowledged) = try fresh()
                var book = acknowledged
                let child = try writer.work(book, more, under: .injecting("signal=KILL", at: point, of: recording))
                let end = try child.finish { try book.take($0) }
                #expect(end == .killed(by: SIGKILL) || end == .exited(0), "\(point): \(child.complaint)")
                if end == .killed(by: SIGKILL) { kills += 1 }
                try writer.check(book, comment: "killed in \(point):")
            }
            let calls = recording.points.count
            print("\(kills) kills in the first \(calls) system calls on the journal: nothing lost, nothing twice")
        }

        private static func life(after book: AcknowledgementBook, commands: Int) -> [String] {
            let end = book.count / Writer.workers + commands
            return ["--count", "\(end)", "--snapshot-every", "7"]
        }
    }
}
