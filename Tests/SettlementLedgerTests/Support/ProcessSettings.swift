import Foundation

/// What the environment asks of the tests.
enum ProcessSettings {
    /// `SETTLEMENT_LONG_TESTS`: ten times the random commands.
    static let isLong = ProcessInfo.processInfo.environment["SETTLEMENT_LONG_TESTS"] != nil
}
