internal import Foundation

/// Directories of journals that end with their run: they bear the process in their names, so that whatever is left of it
/// can be found.
public enum TemporaryJournals {
    private static let prefix = "settle-"
    private static var folder: URL { FileManager.default.temporaryDirectory }

    /// A path that nobody else uses.
    static func newPath() -> String {
        folder.appending(path: "\(prefix)\(getpid())-\(UUID().uuidString)").path
    }

    /// Removes those of this process, before it ends without unwinding.
    public static func removeOwn() { remove { $0 == getpid() } }

    /// Removes those of processes that are no more.
    static func removeAbandoned() { remove { kill($0, 0) != 0 && errno == ESRCH } }

    private static func remove(_ isChosen: (pid_t) -> Bool) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
            let parts = name.split(separator: "-", maxSplits: 2)
            guard name.hasPrefix(prefix), parts.count == 3, UUID(uuidString: String(parts[2])) != nil,
                let process = pid_t(parts[1]), process > 0, isChosen(process)
            else { continue }
            try? FileManager.default.removeItem(at: folder.appending(path: name))
        }
    }
}
