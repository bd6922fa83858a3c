import Foundation
import Testing

/// `strace`: records system calls, fails them, or kills the program in one of them.
struct Tracer {
    static let executable = URL(filePath: "/usr/bin/strace")
    static let missing: Comment = "needs strace and the right to trace: apt-get install strace"

    /// Installed, and allowed to trace.
    static let isUsable: Bool = {
        let probe = Process()
        probe.executableURL = executable
        probe.arguments = ["-f", "-qq", "-e", "trace=none", "true"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    /// The calls by which a journal changes or reads its directory.
    static let calls = [
        "openat", "pread64", "pwrite64", "fdatasync", "fsync", "fallocate", "rename", "unlink", "ftruncate", "flock",
        "close", "mkdir",
    ]

    let options: [String]

    /// Records calls to a file, with the paths of their descriptors.
    static func recording(_ calls: [String], to log: URL, bytes: Int = 0) -> Tracer {
        let format = bytes == 0 ? ["-y"] : ["-xx", "-s", "\(bytes)"]
        return Tracer(
            options: ["-f", "-qq", "-e", "signal=none"] + format
                + ["-e", "trace=" + calls.joined(separator: ","), "-o", log.path]
        )
    }

    /// Does something to one call: `signal=KILL`, `error=EIO`, `retval=0`.
    static func injecting(
        _ effect: String,
        at point: CallPoint,
        of recording: Recording,
        onwards: Bool = false
    ) -> Tracer {
        Tracer(
            options: ["-f", "-qqq", "-e", "signal=none", "-o", "/dev/null", "-e", "trace=\(point.call)"]
                // Without its files the calls of the loader and of the runtime would count, and fail, too.
                + recording.files.flatMap { ["-P", $0] }
                + ["-e", "inject=\(point.call):\(effect):when=\(point.number)\(onwards ? "+" : "")"]
        )
    }
}

/// The n-th time that a thread makes a call on the files of a recording.
struct CallPoint: Hashable, CustomStringConvertible {
    var call: String
    var number: Int

    var description: String { "\(call) #\(number)" }
}

/// What a program did in one directory.
struct Recording {
    /// In their order, each once.
    private(set) var points: [CallPoint] = []
    /// As the calls named them, sorted.
    private(set) var files: [String] = []

    /// Reads what ``Tracer/recording(_:to:bytes:)`` has written.
    init(of log: URL, touching directory: URL) throws {
        var counts: [Substring: [Substring: Int]] = [:]
        var known: Set<CallPoint> = []
        var files: Set<String> = []
        for line in try String(contentsOf: log, encoding: .utf8).split(separator: "\n") {
            guard let space = line.firstIndex(of: " "), let open = line.firstIndex(of: "(") else { continue }
            let thread = line[..<space]
            let call = line[space..<open].drop { $0 == " " }
            let names = line.ranges(of: directory.path).map { range in
                line[range.lowerBound...].prefix { $0 != "\"" && $0 != ">" }
            }
            guard !call.hasPrefix("<"), !names.isEmpty else { continue }
            files.formUnion(names.map(String.init))
            counts[thread, default: [:]][call, default: 0] += 1
            let point = CallPoint(call: String(call), number: counts[thread]?[call] ?? 0)
            if known.insert(point).inserted { points.append(point) }
        }
        self.files = files.sorted()
    }
}

extension Array {
    /// At most `count` elements, evenly spread; the first is always among them.
    func sample(_ count: Int) -> [Element] {
        guard self.count > count else { return self }
        return (0..<count).map { self[$0 * self.count / count] }
    }
}
