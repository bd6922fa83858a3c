import Foundation
import Testing

extension CrashTests {
    /// Between the write of an entry and the acknowledgement of its command stands a successful sync of that file.
    @Suite struct SyncOrderTests {
        @Test(.enabled(if: Tracer.isUsable, Tracer.missing), .timeLimit(.minutes(10)))
        func everyAcknowledgementStandsBehindASync() async throws {
            try await Scratch.run { scratch in
                let writer = Writer(scratch)
                let log = scratch.url.appending(path: "trace")
                let tracer = Tracer.recording(SyncOrder.calls, to: log, bytes: 64 << 10)
                let count = Scale.pick(short: 60, long: 1_700)
                let life = ["--count", "\(count)", "--again", "0", "--snapshot-every", "25"]
                let child = try writer.work(AcknowledgementBook(), life, under: tracer)
                #expect(child.finish() == .exited(0), "\(child.complaint)")
                let order = SyncOrder(of: try String(contentsOf: log, encoding: .utf8))
                #expect(order.acknowledged == count * Writer.workers)
                #expect(order.unsynced == [])
                print("\(order.acknowledged) acknowledgements, each behind a sync of the file that holds its entries")
            }
        }

        // What the checker itself must see.

        private static let key = SyncOrder.keySpace + #"\x2a\x00\x00\x00\x00\x00\x00\x00"#
        private static let entry = String(repeating: #"\x01"#, count: 40) + key + String(repeating: #"\x01"#, count: 8)
        /// "ack 42 " in hexadecimal.
        private static let acknowledgement = #"\x61\x63\x6b\x20\x34\x32\x20\x0a"#
        private static let write = #"1 pwrite64(7, ""# + entry + #"", 64, 512) = 64"#
        private static let told = #"2 write(1, ""# + acknowledgement + #"", 8) = 8"#

        @Test(arguments: [
            ([write, "1 fdatasync(7) = 0", told], []),
            ([write, told, "1 fdatasync(7) = 0"], [42]),
            ([write, "1 fdatasync(8) = 0", told], [42]),
            ([write, "1 fdatasync(7) = -1 EIO (Input/output error) (INJECTED)", told], [42]),
            (["1 fdatasync(7) = 0", write, told], [42]),
            ([write, "1 fdatasync(7 <unfinished ...>", told, "1 <... fdatasync resumed>) = 0"], [42]),
            ([write, "1 fdatasync(7 <unfinished ...>", "1 <... fdatasync resumed>) = 0", told], []),
            ([write, "1 close(7) = 0", "1 fdatasync(7) = 0", told], [42]),
        ])
        func theCheckerKnowsAnAcknowledgementThatCameTooEarly(trace: [String], unsynced: [UInt64]) {
            let order = SyncOrder(of: trace.joined(separator: "\n"))
            #expect(order.acknowledged == 1)
            #expect(order.unsynced == unsynced)
        }
    }
}
