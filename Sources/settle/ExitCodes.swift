import ArgumentParser
import Foundation

/// What the shell sees. The numbers are k6's where k6 has one.
extension ExitCode {
    /// Thresholds failed, or the books are not conserved.
    static let thresholdsFailed = ExitCode(99)
    /// A profile, a file, an argument or the usage is wrong.
    static let badConfiguration = ExitCode(104)
    /// Ended from outside.
    static let interrupted = ExitCode(105)
    /// The numbers say more about the generator than about the pool.
    static let notValid = ExitCode(106)
}

/// Says what is wrong on standard error and ends with `code`.
func fail(_ message: String, _ code: ExitCode) -> ExitCode {
    printError(message)
    return code
}

func printError(_ text: String) {
    writeError(text + "\n")
}

/// Writes to standard error as it is; nobody may be there to read it.
func writeError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}
