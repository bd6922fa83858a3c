/// Values to try for one setting of a profile: `pool.shards=1,2,4,8`.
public struct ProfileVariation: Sendable, Hashable {
    /// The path of the setting in the profile, such as `pool.shards`.
    public var path: [String]
    /// What to try, as it would stand in the profile.
    public var values: [String]

    /// Reads `PATH=VALUE[,VALUE…]`; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        values = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let isWord = { (word: String) in
            !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        }
        guard path.allSatisfy(isWord), values.allSatisfy({ !$0.isEmpty && !$0.contains("\n") }) else { return nil }
    }

    /// Every combination of one value for each variation, the last varying fastest.
    public static func combinations(_ variations: [ProfileVariation]) -> [[(path: [String], value: String)]] {
        variations.reduce([[]]) { combinations, variation in
            combinations.flatMap { before in variation.values.map { before + [(variation.path, $0)] } }
        }
    }
}

extension LoadProfile {
    /// Reads the profile at `path` with some settings replaced, as if another profile extended it.
    ///
    /// - Throws: ``InvalidProfile``, also for a setting that there is not.
    public init(contentsOf path: String, settings: [(path: [String], value: String)]) throws(InvalidProfile) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var yaml = "extends: \"\(name)\"\n"
        // A second mapping under the same key would be a duplicate, so settings are put together by their paths.
        yaml += SettingTree(settings).yaml(indent: "")
        let folder = path.contains("/") ? path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) : ""
        try self.init(yaml: yaml, file: folder + "(--vary)", surroundings: .process)
    }
}

/// Settings by their paths.
private struct SettingTree {
    private var value: String?
    private var names: [String] = []
    private var children: [String: SettingTree] = [:]

    init(_ settings: [(path: [String], value: String)]) {
        for setting in settings { set(setting.path[...], setting.value) }
    }

    private mutating func set(_ path: ArraySlice<String>, _ value: String) {
        guard let first = path.first else {
            self.value = value
            return
        }
        if children[first] == nil { names.append(first) }
        children[first, default: SettingTree([])].set(path.dropFirst(), value)
    }

    func yaml(indent: String) -> String {
        names.map { name in
            let child = children[name]
            if let value = child?.value { return "\(indent)\(name): \(value)\n" }
            return "\(indent)\(name):\n" + (child?.yaml(indent: indent + "  ") ?? "")
        }.joined()
    }
}
