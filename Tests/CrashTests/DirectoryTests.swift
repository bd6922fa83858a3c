import Foundation
import Testing

extension CrashTests {
    /// One journal, one process, one history.
    @Suite struct DirectoryTests {
        @Test(.timeLimit(.minutes(5))) func aSecondProcessIsTurnedAwayAndToldByWhom() async throws {
            try await Scratch.run { scratch in
                let writer = Writer(scratch)
                var book = AcknowledgementBook()
                let first = try writer.work(book)
                #expect(first.nextLine()?.hasPrefix("ready") == true)
                let second = try writer.work(book)
                var answer: String?
                // The first must be able to go on while the second asks.
                let end = second.finish { answer = $0 }
                #expect(end == .exited(1))
                #expect(answer == nil)
                #expect(second.complaint.contains("held by process \(first.pid)"), "\(second.complaint)")
                kill(first.pid, SIGKILL)
                _ = try first.finish { try book.take($0) }
                #expect(book.count > 0)
                try writer.check(book)
            }
        }

        @Test(.timeLimit(.minutes(5))) func anOlderCopyOfTheLogIsRefused() async throws {
            try await Scratch.run { scratch in
                let writer = Writer(scratch)
                let (older, _) = try Self.twoLives(of: writer)
                for name in try FileManager.default.contentsOfDirectory(atPath: older.journal.path)
                where name.hasPrefix("segment-") {
                    let place = writer.journal.appending(path: name)
                    try? FileManager.default.removeItem(at: place)
                    try FileManager.default.copyItem(at: older.journal.appending(path: name), to: place)
                }
                let child = try writer.start("work")
                #expect(child.finish() == .exited(1))
                #expect(child.complaint.contains("journal behind at segment-"), "\(child.complaint)")
            }
        }

        /// A directory put back as a whole agrees with itself: only who has seen more can tell.
        @Test(.timeLimit(.minutes(5))) func anOlderCopyOfTheDirectoryIsRefusedByWhoHasSeenMore() async throws {
            try await Scratch.run { scratch in
                let writer = Writer(scratch)
                let (older, heads) = try Self.twoLives(of: writer)
                let child = try older.start("check", ["--cursor", heads])
                #expect(child.finish() == .exited(1))
                #expect(child.complaint.contains("the journal has lost facts or is an old copy"), "\(child.complaint)")
            }
        }

        /// Lets the writer live twice.
        /// - Returns: a copy from between the two, and the last sequences after the second.
        private static func twoLives(of writer: Writer) throws -> (older: Writer, heads: String) {
            var book = AcknowledgementBook()
            let first = try writer.work(book, ["--count", "10"])
            #expect(try first.finish { try book.take($0) } == .exited(0), "\(first.complaint)")
            let older = try writer.copy("older")
            let second = try writer.work(book, ["--count", "30"])
            #expect(try second.finish { try book.take($0) } == .exited(0), "\(second.complaint)")
            return (older, try writer.census().heads)
        }
    }
}
