import Foundation
import Testing

extension CrashTests {
    /// The n-th call fails: an acknowledgement that was given holds, the program ends with words and not with a trap,
    /// and the next start succeeds.
    @Suite(.enabled(if: Tracer.isUsable, Tracer.missing)) struct CallErrorTests {
        /// Calls, and what the system may answer to them.
        private static let effects: [(call: String, effects: [String])] = [
            ("pwrite64", ["error=EIO", "error=ENOSPC", "error=EINTR", "retval=0"]),
            ("fdatasync", ["error=EIO", "error=ENOSPC"]),
            ("fsync", ["error=EIO"]),
            ("openat", ["error=EIO", "error=EINTR", "error=EMFILE"]),
            ("pread64", ["error=EIO", "error=EINTR", "retval=0"]),
            ("fallocate", ["error=EIO", "error=ENOSPC", "error=EINTR"]),
            ("rename", ["error=EIO", "error=ENOSPC"]),
            ("unlink", ["error=EIO"]),
            ("ftruncate", ["error=EIO"]),
        ]

        @Test(.timeLimit(.minutes(60))) func oneCallFails() async throws {
            try await Scratch.run { scratch in
                let template = try Self.template(scratch)
                let recording = try Self.record(template)
                let cases = Self.cases(of: recording, perEffect: Scale.pick(short: 2, long: 60))
                var report = Report()
                for (point, effect) in cases {
                    let tracer = Tracer.injecting(effect, at: point, of: recording)
                    let (end, complaint, book) = try Self.run(template, under: tracer)
                    try Self.judge(end, complaint, "\(effect) in \(point)")
                    try template.writer.inCopy.check(book, comment: "after \(effect) in \(point):")
                    report.count(end)
                }
                print("\(cases.count) failed calls: \(report)")
            }
        }

        /// Every call from the n-th on fails, as on a disk that is broken or full for good.
        @Test(.timeLimit(.minutes(60))) func allCallsFailFromOneOn() async throws {
            try await Scratch.run { scratch in
                let template = try Self.template(scratch)
                let recording = try Self.record(template)
                let cases = Self.cases(of: recording, perEffect: Scale.pick(short: 1, long: 10))
                    .filter { !$0.effect.contains("EINTR") }
                var report = Report()
                for (point, effect) in cases {
                    let tracer = Tracer.injecting(effect, at: point, of: recording, onwards: true)
                    let (end, complaint, book) = try Self.run(template, under: tracer)
                    try Self.judge(end, complaint, "\(effect) from \(point) on")
                    try template.writer.inCopy.check(book, comment: "after \(effect) from \(point) on:")
                    report.count(end)
                }
                print("\(cases.count) calls that failed for good: \(report)")
            }
        }

        /// How the runs ended.
        private struct Report: CustomStringConvertible {
            private var survived = 0
            private var stopped = 0
            private var waited = 0

            mutating func count(_ end: Child.End) {
                switch end {
                case .exited(0): survived += 1
                case .exited: stopped += 1
                case .killed: waited += 1
                }
            }

            var description: String {
                "\(survived) times the writer went on, \(stopped) times it stopped with a message, "
                    + "\(waited) times it refused work and waited for space; nothing acknowledged was lost"
            }
        }

        /// A journal with some history, from which every run begins.
        private struct Template {
            var writer: Writer
            var book: AcknowledgementBook
            /// Of each worker, by the end of its life.
            var commands: Int
            var life: [String] { ["--count", "\(commands)", "--snapshot-every", "7"] }
        }

        private static func template(_ scratch: Scratch) throws -> Template {
            let writer = Writer(scratch)
            var book = AcknowledgementBook()
            let child = try writer.work(book, ["--count", "40", "--snapshot-every", "7"])
            #expect(try child.finish { try book.take($0) } == .exited(0), "\(child.complaint)")
            return Template(writer: writer, book: book, commands: 80)
        }

        /// The calls that a run from the template makes on its journal.
        private static func record(_ template: Template) throws -> Recording {
            let log = template.writer.scratch.url.appending(path: "trace")
            let writer = try template.writer.copy(Writer.copyName)
            let child = try writer.work(template.book, template.life, under: .recording(Tracer.calls, to: log))
            #expect(child.finish() == .exited(0), "\(child.complaint)")
            return try Recording(of: log, touching: writer.journal)
        }

        /// For every effect some of the calls that it can meet.
        private static func cases(of recording: Recording, perEffect: Int) -> [(point: CallPoint, effect: String)] {
            effects.flatMap { call, effects in
                let points = recording.points.filter { $0.call == call }.sample(perEffect)
                return points.flatMap { point in effects.map { (point, $0) } }
            }
        }

        /// Runs the writer under a fault; one that only waits for space is ended.
        private static func run(
            _ template: Template,
            under tracer: Tracer
        ) throws -> (end: Child.End, complaint: String, book: AcknowledgementBook) {
            let writer = try template.writer.copy(Writer.copyName)
            var book = template.book
            let child = try writer.work(book, template.life, under: tracer)
            // Whoever has not finished is refused: nobody is left waiting for an answer.
            var pid: Int32?
            var refused: Set<Int> = []
            let end = try child.finish { line in
                pid = pid ?? line.value(of: "pid").flatMap { Int32($0) }
                try book.take(line)
                if let worker = Writer.refusedWorker(line) { refused.insert(worker) }
                guard !refused.isEmpty, let pid else { return }
                let isOver = (0..<Writer.workers).allSatisfy {
                    refused.contains($0) || book.count(of: $0) == template.commands
                }
                if isOver { kill(pid, SIGKILL) }
            }
            return (end, child.complaint, book)
        }

        private static func judge(_ end: Child.End, _ complaint: String, _ fault: String) throws {
            switch end {
            case .exited(0):
                break
            case .killed(by: SIGKILL):
                #expect(complaint.contains("No space left") || complaint.contains("space"), "\(fault): \(complaint)")
            default:
                #expect(end == .exited(1), "\(fault): \(complaint)")
                // Says what failed, where, and what to do.
                #expect(complaint.contains("journal") && complaint.count > 60, "\(fault): \(complaint)")
            }
        }
    }
}

extension Writer {
    fileprivate static let copyName = "copy"

    /// The copy made last.
    fileprivate var inCopy: Writer {
        var writer = self
        writer.journal = scratch.url.appending(path: Self.copyName)
        return writer
    }
}
