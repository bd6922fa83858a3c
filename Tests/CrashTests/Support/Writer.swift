import Foundation
import Testing

/// Starts the crash writer on a journal, plainly or under a tracer.
struct Writer {
    static let workers = 6

    let scratch: Scratch
    var journal: URL
    /// Settings that every run of this journal has.
    let settings: [String]

    init(_ scratch: Scratch, settings: [String] = [], workers: Int = Self.workers) {
        self.scratch = scratch
        journal = scratch.journal
        self.settings = settings + ["--workers", "\(workers)"]
    }

    /// The program beside the test bundle.
    static func executable() throws -> URL {
        if let path = ProcessInfo.processInfo.environment["SETTLEMENT_CRASH_WRITER"] { return URL(filePath: path) }
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        let places = [bundle, Bundle.main.bundleURL, Bundle.main.executableURL].compactMap { $0 }
        let folders = places.flatMap { [$0, $0.deletingLastPathComponent()] }
        let found = folders.map { $0.appending(path: "crash-writer") }.first {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder) && !isFolder.boolValue
        }
        return try #require(found, "build crash-writer, or name it in SETTLEMENT_CRASH_WRITER")
    }

    func start(_ mode: String, _ more: [String] = [], input: String = "", under tracer: Tracer? = nil) throws -> Child {
        let program = try Self.executable()
        let arguments = [mode, journal.path] + settings + more
        guard let tracer else { return try Child(program, arguments, input: input, scratch: scratch.url) }
        return try Child(
            Tracer.executable,
            tracer.options + ["--", program.path] + arguments,
            input: input,
            scratch: scratch.url
        )
    }

    func work(_ book: AcknowledgementBook, _ more: [String] = [], under tracer: Tracer? = nil) throws -> Child {
        try start("work", ["--done", book.done] + more, under: tracer)
    }

    /// Which worker was turned away, as a line of the writer's output says.
    static func refusedWorker(_ line: String) -> Int? {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "refused", let number = Int(words[1]) else { return nil }
        return (number - 1) % workers
    }

    /// The journal opens, holds everything in the book once, and its state is right.
    func check(_ book: AcknowledgementBook, _ more: [String] = [], comment: String = "") throws {
        let child = try start("check", more, input: book.lines)
        let end = child.finish()
        #expect(end == .exited(0), "\(comment) \(child.complaint)")
    }

    /// Entries and last sequences of the journal.
    func census() throws -> (entries: Int, heads: String) {
        let child = try start("census")
        var census: (Int, String)?
        let end = child.finish { line in
            if let entries = line.value(of: "entries"), let heads = line.value(of: "heads") {
                census = (Int(entries) ?? 0, heads)
            }
        }
        #expect(end == .exited(0), "\(child.complaint)")
        return try #require(census)
    }

    /// The same journal, copied to another place.
    func copy(_ name: String) throws -> Writer {
        var writer = self
        writer.journal = scratch.url.appending(path: name)
        if FileManager.default.fileExists(atPath: writer.journal.path) {
            try FileManager.default.removeItem(at: writer.journal)
        }
        try FileManager.default.copyItem(at: journal, to: writer.journal)
        return writer
    }
}

extension String {
    /// What follows `name=` in a line of words.
    func value(of name: String) -> String? {
        split(separator: " ").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
