#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file that cannot be opened or read.
struct FileProblem: Error, Hashable {
    var path: String
    /// In the system's words.
    var reason: String

    fileprivate init(path: String) {
        self.path = path
        self.reason = String(cString: strerror(errno))
    }
}

/// Reads a file from its beginning in pieces of bounded size. It blocks: use it before a run, not inside.
struct FileReader: ~Copyable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(FileProblem) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(path: path) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Fills `buffer` from its beginning; returns how many bytes were read, 0 at the end of the file.
    ///
    /// - Precondition: `buffer` is not empty.
    func read(into buffer: inout [UInt8]) throws(FileProblem) -> Int {
        precondition(!buffer.isEmpty, "no room to read into")
        while true {
            let count = buffer.withUnsafeMutableBytes { Self.read(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            guard errno == EINTR else { throw FileProblem(path: path) }
        }
    }

    /// The whole of a file that is known to be small.
    static func text(of path: String) throws(FileProblem) -> String {
        let reader = try FileReader(path: path)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var bytes: [UInt8] = []
        while true {
            let count = try reader.read(into: &buffer)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// Whether the file can be opened for reading and is not a directory.
    static func isReadable(_ path: String) -> Bool {
        guard let reader = try? FileReader(path: path) else { return false }
        var one: [UInt8] = [0]
        return (try? reader.read(into: &one)) != nil
    }

    private static func read(_ descriptor: Int32, _ base: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, base, count)
        #elseif canImport(Musl)
            Musl.read(descriptor, base, count)
        #else
            Darwin.read(descriptor, base, count)
        #endif
    }
}
