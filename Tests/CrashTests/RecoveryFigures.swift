import Foundation
import Testing

extension CrashTests {
    /// How long a start takes behind a journal of about 1 GiB. Printed, not judged: the figure belongs to the machine.
    @Suite(.enabled(if: Scale.isLong, "takes minutes: set SETTLEMENT_LONG_TESTS=1")) struct RecoveryFigures {
        @Test(.timeLimit(.minutes(60))) func recoveryWithAndWithoutSnapshots() async throws {
            try await Scratch.run { scratch in
                // A million accounts that have each lived through one month.
                let writer = Writer(
                    scratch,
                    settings: ["--shards", "4", "--segment-bytes", "67108864", "--group-bytes", "1048576"],
                    workers: 333_334
                )
                let fill = try writer.start("fill", ["--count", "33"])
                #expect(fill.finish() == .exited(0), "\(fill.complaint)")
                let census = try writer.census()
                let log = try Self.seconds("recovered", of: writer, ["--snapshot-every", "0"])
                let snapshot = try Self.seconds("snapshot", of: writer, ["--snapshot-every", "1"])
                let both = try Self.seconds("recovered", of: writer, ["--snapshot-every", "0"])
                let rate = Int(Double(census.entries) / log)
                print("1,000,002 accounts, \(census.entries) entries, \(census.entries * 64 >> 20) MiB")
                print("recovery from the log \(log) s (\(rate) entries/s)")
                print("recovery from snapshots \(both) s; the snapshots took \(snapshot) s")
            }
        }

        private static func seconds(_ what: String, of writer: Writer, _ more: [String]) throws -> Double {
            let child = try writer.start("recover", more)
            var seconds: Double?
            let end = child.finish { line in
                if line.hasPrefix(what) { seconds = line.value(of: "seconds").flatMap { Double($0) } }
            }
            #expect(end == .exited(0), "\(child.complaint)")
            return try #require(seconds)
        }
    }
}
