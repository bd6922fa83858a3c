extension LoadProfile {
    /// Reads the profile in the file at `path`; files that it names are looked for beside it.
    ///
    /// It reads from disk and blocks while it does.
    /// - Parameters:
    ///   - surroundings: where named files and variables come from.
    /// - Throws: ``InvalidProfile`` with everything that is wrong, also when the file cannot be read.
    public init(contentsOf path: String, surroundings: ProfileSurroundings = .process) throws(InvalidProfile) {
        let yaml: String
        do throws(ProfileSurroundings.UnreadableFile) {
            yaml = try surroundings.text(path)
        } catch {
            throw InvalidProfile(issues: [
                ProfileIssue(
                    file: path,
                    line: 1,
                    column: 1,
                    problem: "the profile cannot be read: \(error.reason)",
                    expected: "the path of a YAML file"
                )
            ])
        }
        try self.init(yaml: yaml, file: path, surroundings: surroundings)
    }

    /// `path` as seen from the folder of the file `neighbour`; an absolute path stays what it is.
    static func resolve(_ path: String, beside neighbour: String) -> String {
        guard !path.hasPrefix("/"), let slash = neighbour.lastIndex(of: "/") else { return path }
        return neighbour[...slash] + path
    }
}
