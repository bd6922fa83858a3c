import Dispatch
import Foundation

/// A process that a test has started and will see the end of.
final class Child {
    enum End: Hashable {
        case exited(Int32)
        case killed(by: Int32)

        var isKill: Bool { if case .killed = self { true } else { false } }
    }

    private let process = Process()
    private let output = Pipe()
    private let ended = DispatchSemaphore(value: 0)
    private let complaints: URL
    private var unread: [UInt8] = []

    /// - Parameters:
    ///   - input: what it finds on its standard input.
    ///   - scratch: where its standard error is kept.
    init(_ executable: URL, _ arguments: [String], input: String = "", scratch: URL) throws {
        complaints = scratch.appending(path: "stderr-\(UUID().uuidString)")
        let inputFile = scratch.appending(path: "stdin-\(UUID().uuidString)")
        try Data(input.utf8).write(to: inputFile)
        try Data().write(to: complaints)
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: complaints)
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        try output.fileHandleForWriting.close()
    }

    var pid: Int32 { process.processIdentifier }

    /// The next line of its standard output; `nil` when it has ended. Blocks.
    func nextLine() -> String? {
        while true {
            if let newline = unread.firstIndex(of: 0x0a) {
                defer { unread.removeFirst(newline + 1) }
                return String(decoding: unread[..<newline], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread += more
        }
    }

    /// Reads its output to the end and waits for its end. Blocks.
    func finish(_ take: (String) throws -> Void) rethrows -> End {
        defer { try? output.fileHandleForReading.close() }
        while let line = nextLine() { try take(line) }
        ended.wait()
        return process.terminationReason == .exit
            ? .exited(process.terminationStatus) : .killed(by: process.terminationStatus)
    }

    /// Kills it in a while, unless it has ended: a bound for one that may hang, which no result depends on.
    func end(within seconds: Double) {
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [process] in
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// Waits for its end, whatever it says meanwhile. Blocks.
    func finish() -> End { finish { _ in } }

    /// Its standard error so far.
    var complaint: String { (try? String(contentsOf: complaints, encoding: .utf8)) ?? "" }
}
