#if os(Linux)
    import Foundation
    import Testing

    extension CrashTests {
        /// A process that may open no more files or have no more memory.
        @Suite struct LimitTests {
            /// From one that hardly lets the program be loaded to one that is enough.
            @Test(.timeLimit(.minutes(5))) func aStartWithoutDescriptorsSaysWhatToDoAndChangesNothing() async throws {
                try await Scratch.run { scratch in
                    let (writer, book) = try Self.killed(scratch)
                    var refusals = 0
                    for limit in 4...40 {
                        let before = try Self.contents(of: writer.journal)
                        let child = try writer.work(book, ["--count", "1"], limited: "-n \(limit)")
                        // Where it is enough to open the journal and not to go on, the runtime itself lacks descriptors:
                        // it ends the process or waits for them.
                        child.end(within: 2)
                        let end = child.finish()
                        if end == .exited(0) { break }
                        guard end == .exited(1) else { continue }
                        #expect(child.complaint.contains("Too many open files"), "\(limit) files: \(child.complaint)")
                        #expect(child.complaint.contains("ulimit -n"), "\(child.complaint)")
                        #expect(try Self.contents(of: writer.journal) == before, "\(limit) files")
                        refusals += 1
                    }
                    #expect(refusals > 2)
                    try writer.check(book)
                    print("\(refusals) starts with too few files: each said so, nothing was changed")
                }
            }

            /// Taken away while it runs: it goes on as long as there is room in the log, then refuses, and goes on by itself.
            @Test(.timeLimit(.minutes(5))) func aServiceThatLosesItsDescriptorsRefusesAndComesBack() async throws {
                try await Scratch.run { scratch in
                    let writer = Writer(scratch)
                    var book = AcknowledgementBook()
                    let child = try writer.work(book, ["--snapshot-every", "20"])
                    for _ in 0..<2 {
                        var refused: Set<Int> = []
                        var news = 0
                        while refused.count < Writer.workers, let line = child.nextLine() {
                            if try book.take(line) { news += 1 }
                            if news == 50 { try Self.limit("nofile", of: child.pid, to: 0) }
                            if let worker = Writer.refusedWorker(line) { refused.insert(worker) }
                        }
                        #expect(refused.count == Writer.workers, "\(child.complaint)")
                        try Self.limit("nofile", of: child.pid, to: 1_000)
                        news = 0
                        while news < 200, let line = child.nextLine() {
                            if try book.take(line) { news += 1 }
                        }
                        #expect(news == 200, "work goes on by itself: \(child.complaint)")
                    }
                    kill(child.pid, SIGKILL)
                    #expect(try child.finish { try book.take($0) } == .killed(by: SIGKILL), "\(child.complaint)")
                    #expect(child.complaint.contains("Too many open files"), "\(child.complaint)")
                    try writer.check(book)
                }
            }

            /// Memory cannot be asked for politely: the process may end anywhere, as by a kill, and the next start is right.
            @Test(.timeLimit(.minutes(5))) func aStartWithoutAddressSpaceLosesNothing() async throws {
                try await Scratch.run { scratch in
                    let (writer, acknowledged) = try Self.killed(scratch)
                    var book = acknowledged
                    var ends: [Child.End: Int] = [:]
                    for mebibytes in stride(from: 60, through: 400, by: Scale.pick(short: 100, long: 5)) {
                        let done = "\(book.count / Writer.workers + 10)"
                        let life = ["--count", done, "--snapshot-every", "7"]
                        let child = try writer.work(book, life, limited: "-v \(mebibytes << 10)")
                        // The runtime may wait for ever for memory that a thread needs.
                        child.end(within: 2)
                        let end = try child.finish { try book.take($0) }
                        #expect(end == .exited(0) || end == .exited(1) || end.isKill, "\(child.complaint)")
                        ends[end, default: 0] += 1
                        try writer.check(book, comment: "after a life in \(mebibytes) MiB:")
                    }
                    print("lives in too little address space ended as \(ends); nothing was lost")
                }
            }

            @Test(.timeLimit(.minutes(5))) func aServiceThatLosesItsAddressSpaceLosesNothing() async throws {
                try await Scratch.run { scratch in
                    let writer = Writer(scratch)
                    var book = AcknowledgementBook()
                    for _ in 0..<Scale.pick(short: 3, long: 30) {
                        let child = try writer.work(book, ["--snapshot-every", "20"])
                        var news = 0
                        // It may find all it needs in what it has, or wait for more; then it is killed.
                        child.end(within: 2)
                        while news < 500, let line = child.nextLine() {
                            if try book.take(line) { news += 1 }
                            if news == 100 { try Self.limit("as", of: child.pid, to: 1 << 20) }
                        }
                        kill(child.pid, SIGKILL)
                        #expect(try child.finish { try book.take($0) } != .exited(0))
                        try writer.check(book)
                    }
                }
            }

            /// A journal whose writer was killed.
            private static func killed(_ scratch: Scratch) throws -> (Writer, AcknowledgementBook) {
                let writer = Writer(scratch)
                var book = AcknowledgementBook()
                let child = try writer.work(book, ["--snapshot-every", "7"])
                while book.count < 400, let line = child.nextLine() { try book.take(line) }
                kill(child.pid, SIGKILL)
                _ = try child.finish { try book.take($0) }
                return (writer, book)
            }

            /// What must not change, by name: all but the lock, which names its holder, and the reserve.
            private static func contents(of directory: URL) throws -> [String: Data] {
                let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
                var contents: [String: Data] = [:]
                for name in names where name != "LOCK" && !name.hasPrefix("spare") {
                    contents[name] = try Data(contentsOf: directory.appending(path: name))
                }
                return contents
            }

            /// Changes the soft limit of a process that runs.
            private static func limit(_ resource: String, of pid: Int32, to value: Int) throws {
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/prlimit")
                process.arguments = ["--pid", "\(pid)", "--\(resource)=\(value):"]
                try process.run()
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
            }
        }
    }

    extension Writer {
        /// As ``work``, under a limit of the shell's `ulimit`.
        fileprivate func work(
            _ book: AcknowledgementBook,
            _ more: [String],
            limited limit: String
        ) throws -> Child {
            let program = try Self.executable()
            let arguments = ["work", journal.path] + settings + ["--done", book.done] + more
            return try Child(
                URL(filePath: "/bin/sh"),
                ["-c", "ulimit \(limit) && SWIFT_BACKTRACE=enable=no exec \"$0\" \"$@\"", program.path] + arguments,
                scratch: scratch.url
            )
        }
    }
#endif
