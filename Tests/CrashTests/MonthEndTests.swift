import Foundation
import Testing

extension CrashTests {
    /// A month end that is killed again and again ends as one that was left alone.
    @Suite struct MonthEndTests {
        @Test(.timeLimit(.minutes(60))) func killedAndResumedItEndsAsOneLeftAlone() async throws {
            try await Scratch.run { scratch in
                let accounts = Scale.pick(short: 6_000, long: 100_000)
                let kills = Scale.pick(short: 5, long: 60)
                let settings = ["--accounts", "\(accounts)", "--segment-bytes", "8388608", "--group-bytes", "262144"]
                let writer = Writer(scratch, settings: settings)
                let population = try writer.start("populate", ["--snapshot-every", "1"])
                #expect(population.finish() == .exited(0), "\(population.complaint)")

                let expected = try Self.run(try writer.copy("left-alone"))
                var book = AcknowledgementBook()
                var killed = 0
                var random = SeededGenerator(seed: 7)
                while killed < kills, try Self.runAndKill(writer, &book, &random) { killed += 1 }
                #expect(killed == kills, "the month end was over after \(killed) kills")
                #expect(try Self.run(writer, &book) == expected)
                #expect(book.count == accounts / 5)

                let entries = try writer.census().entries
                #expect(try Self.run(writer, &book) == expected)
                #expect(try writer.census().entries == entries, "a second month end added entries")
                print("month end of \(accounts) accounts killed \(killed) times: \(expected); again: 0 entries")
            }
        }

        /// Closes the month to its end.
        /// - Returns: the digest of the final state.
        private static func run(_ writer: Writer, _ book: inout AcknowledgementBook) throws -> String {
            let child = try writer.start("monthend", ["--done", book.done])
            var digest = ""
            let end = try child.finish { line in
                try book.take(line)
                if line.hasPrefix("digest") { digest = line }
            }
            #expect(end == .exited(0), "\(child.complaint)")
            #expect(digest.hasSuffix("open=0"), "\(digest)")
            return digest
        }

        private static func run(_ writer: Writer) throws -> String {
            var book = AcknowledgementBook()
            return try run(writer, &book)
        }

        /// Kills it after some recharges.
        /// - Returns: whether the close was still under way.
        private static func runAndKill(
            _ writer: Writer,
            _ book: inout AcknowledgementBook,
            _ random: inout SeededGenerator
        ) throws -> Bool {
            let child = try writer.start("monthend", ["--done", book.done])
            // In the long run so few that a fast writer is not done before the last kill.
            var left = Int.random(in: 1...Scale.pick(short: 30, long: 8), using: &random)
            var isClosed = false
            while left > 0, let line = child.nextLine() {
                if try book.take(line) { left -= 1 }
                if line.hasPrefix("closed") { isClosed = true }
            }
            kill(child.pid, SIGKILL)
            let end = try child.finish { line in
                try book.take(line)
                if line.hasPrefix("closed") { isClosed = true }
            }
            #expect(end == .killed(by: SIGKILL), "\(child.complaint)")
            return !isClosed
        }
    }
}
