import Foundation
import Testing

/// What cannot be simulated cannot get into the library without being noticed.
@Suite struct TripwireTests {
    /// What leaves the injected clock, executor and random source, or blocks a thread of the pool.
    private static let escapes = [
        #"\bTask\s*\{"#, #"\bTask\s*\("#, #"\bTask\.detached\b"#, #"\bTask\.sleep\b"#, #"\bDate\s*\("#,
        #"\bDate\.now\b"#,
        #"\bContinuousClock\b"#, #"\bSuspendingClock\b"#, #"\bclock_gettime\b"#, #"\bgettimeofday\b"#,
        #"\.random\(in:\s*[^,()]*\)"#, #"\.randomElement\(\)"#, #"\.shuffled\(\)"#, #"\.shuffle\(\)"#,
        #"\bSystemRandomNumberGenerator\b"#, #"\bUUID\s*\("#,
        #"\bDispatchQueue\b"#, #"\bDispatchSource\b"#, #"\bpthread_"#, #"\bThread\b\s*[({.]"#, #"\busleep\b"#,
        #"@MainActor\b"#,
        #"\bimport Foundation\b"#, #"\bimport Dispatch\b"#, #"\bcancelWhenGracefulShutdown\b"#,
    ]

    /// The few places where the machine is let in, and what each may use.
    private static let exceptions = [
        "Settlement/Clock/SystemClock.swift": ["clock_gettime", "ContinuousClock"],
        "SettlementJournal/Threads/Monitor.swift": ["pthread_", "clock_gettime"],
        "SettlementJournal/Threads/WorkerThread.swift": ["pthread_"],
        "SettlementJournal/JournalConfiguration.swift": ["random"],
        // Waits for the lock of a process that is just ending, before anything runs.
        "SettlementJournal/Storage/FileStorage.swift": ["usleep"],
    ]

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// The escapes in some code, comments aside.
    static func escapes(in source: String) -> [String] {
        source.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            let code = line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? String(line)
            return escapes.compactMap { pattern in
                code.range(of: pattern, options: .regularExpression).map { String(code[$0]) }
            }
        }
    }

    @Test(arguments: ["SettlementLedger", "SettlementJournal", "Settlement"])
    func `nothing in the library leaves the injected clock and executor`(target: String) throws {
        let folder = Self.sources.appending(path: target)
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            count += 1
            let name = target + "/" + file.path.dropFirst(folder.path.count + 1)
            let allowed = Self.exceptions[name] ?? []
            let found = Self.escapes(in: try String(contentsOf: file, encoding: .utf8))
                .filter { escape in !allowed.contains { escape.contains($0) } }
            #expect(found == [], "\(name) cannot be simulated: use structured tasks and what is injected")
        }
        #expect(count > 10)
    }

    @Test(arguments: [
        "Task { await work() }", "let task = Task(priority: .high) { }", "Task.detached { }",
        "try await Task.sleep(for: .seconds(1))",
        "let now = Date()", "let x = Int.random(in: 0..<5)", "ContinuousClock().now", "DispatchQueue.main.async { }",
        "import Foundation", "pthread_create(&thread, nil, body, nil)",
    ])
    func `the tripwire sees an escape`(line: String) {
        #expect(!Self.escapes(in: "func f() {\n    " + line + "\n}").isEmpty)
    }

    @Test(arguments: [
        "group.addTask { }", "withTaskGroup(of: Int.self) { group in }", "/// Starts no `Task {}`.", "Task.isCancelled",
        "Int64.random(in: 0...5, using: &generator)", "withUnsafeContinuation { }", "func replay(Task: Int)",
    ])
    func `the tripwire lets structured code pass`(line: String) { #expect(Self.escapes(in: line) == []) }
}
