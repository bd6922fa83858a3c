internal import Foundation

/// What a profile may name besides itself: files, and variables of the environment.
public struct ProfileSurroundings: Sendable {
    /// Why a file's text is not to be had, in the system's words.
    public struct UnreadableFile: Error, Sendable, Hashable {
        /// Such as *No such file or directory*.
        public var reason: String

        /// An unreadable file.
        public init(reason: String) { self.reason = reason }
    }

    /// The whole text of the file at a path.
    public var text: @Sendable (String) throws(UnreadableFile) -> String
    /// Whether a file can be read; asked about files too large to be read at once.
    public var isReadable: @Sendable (String) -> Bool
    /// The value of a variable; `nil`: it is not set.
    public var variable: @Sendable (String) -> String?

    /// Surroundings of one's own.
    public init(
        text: @escaping @Sendable (String) throws(UnreadableFile) -> String,
        isReadable: @escaping @Sendable (String) -> Bool,
        variable: @escaping @Sendable (String) -> String?
    ) {
        self.text = text
        self.isReadable = isReadable
        self.variable = variable
    }

    /// No files and no variables.
    public static let none = ProfileSurroundings(
        text: { _ throws(UnreadableFile) in throw UnreadableFile(reason: "no files are at hand") },
        isReadable: { _ in false },
        variable: { _ in nil }
    )

    /// The files and the environment of this process.
    public static let process = ProfileSurroundings(
        text: { path throws(UnreadableFile) in
            do throws(FileProblem) {
                return try FileReader.text(of: path)
            } catch {
                throw UnreadableFile(reason: error.reason)
            }
        },
        isReadable: { FileReader.isReadable($0) },
        variable: { ProcessInfo.processInfo.environment[$0] }
    )
}
