import Logging

/// Writes warnings and worse above the progress display, one line each.
struct DisplayLog: LogHandler {
    let display: ProgressDisplay
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let details = facts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        display.note("\(event.level): \(event.message)" + (details.isEmpty ? "" : " (\(details))"))
    }
}

extension Logger {
    /// Warnings and worse, above the display; `nil`: without a display only what ends the run is told, by its result.
    static func above(_ display: ProgressDisplay?) -> Logger {
        Logger(label: "settle") { _ in
            if let display { DisplayLog(display: display) } else { SwiftLogNoOpLogHandler() }
        }
    }
}
