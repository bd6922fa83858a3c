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
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if exists, isFolder.boolValue { throw fail("\(path): is a directory; name a file", .badConfiguration) }
        if !FileManager.default.isWritableFile(atPath: exists ? path : folder) {
            throw fail("\(path): you may not write there", .badConfiguration)
        }
    }

    func write(_ text: String) throws {
        do {
            if isReplaceable {
                try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
            } else {
                let file = try FileHandle(forWritingTo: URL(filePath: path))
                defer { try? file.close() }
                // Pipes and terminals have no length.
                try? file.truncate(atOffset: 0)
                try file.write(contentsOf: Data(text.utf8))
            }
        } catch {
            throw fail("\(path): cannot be written: \(error.reason)", .badConfiguration)
        }
    }

    /// Whether a new file may take the place of the old one: a device, a pipe or a link stays what it is.
    private var isReplaceable: Bool {
        let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return kind == nil || kind == .typeRegular
    }
}

extension Error {
    /// Why a file could not be used, in the system's words.
    var reason: String {
        let cause = (self as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? self as NSError
        return cause.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(cause.code))) : localizedDescription
    }
}
