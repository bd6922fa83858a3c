import Foundation

/// A file that a command writes at its end.
struct OutputFile {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Refuses a place that cannot be written before anything runs, so that no run is in vain.
    func check() throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw fail("\(path): there is no directory \(folder)", .badConfiguration)
        }
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw fail("\(path): is a directory; name a file", .badConfiguration)
        }
    }

    func write(_ text: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw fail("\(path): cannot be written: \(error.localizedDescription)", .badConfiguration)
        }
    }
}
