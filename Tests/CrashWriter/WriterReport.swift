#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Settlement

/// What the writer tells its parent: lines, each in one write, so that a kill leaves no half of one.
enum WriterReport {
    /// The outcome of a command is durable.
    static func acknowledge(_ number: UInt64, _ outcome: Outcome) { tell("ack \(number) \(digest(of: outcome))") }

    static func tell(_ line: String) { write(line, to: STDOUT_FILENO) }

    static func complain(_ line: String) { write(line, to: STDERR_FILENO) }

    /// Every field of an outcome.
    static func digest(of outcome: Outcome) -> String {
        let refusal = outcome.refusal.map { "\($0)" } ?? "applied"
        return [
            refusal,
            "\(outcome.billsWrittenOff)",
            "\(outcome.amountWrittenOff.minorUnits)",
            "\(outcome.availableCredit.minorUnits)",
            "\(outcome.standing.state)",
            "\(outcome.standing.epoch)",
            outcome.standingChanged ? "changed" : "same",
        ].joined(separator: ",")
    }

    private static func write(_ line: String, to descriptor: Int32) {
        let bytes = [UInt8]((line + "\n").utf8)
        let count = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
        // Nobody to tell any more: the parent is gone.
        if count != bytes.count { exit(WriterExit.orphaned) }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

/// How the writer ends.
enum WriterExit {
    /// The pool did not open, or its journal failed.
    static let failed: Int32 = 1
    static let usage: Int32 = 2
    /// Something is as it must never be.
    static let violation: Int32 = 3
    static let orphaned: Int32 = 4
}

/// Something that must never be.
struct Violation: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
