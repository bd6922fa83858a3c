internal import Yams

/// The tree of a profile: its own file over the ones that it extends, with variables replaced.
struct ProfileTree {
    /// The name of the key that names the profile underneath.
    static let extendsKey = "extends"
    /// Most profiles that stand on each other.
    static let depthLimit = 16

    let root: Node
    /// Of all texts and values that it was made from.
    let digest: Digest

    /// Reads the profile and what it extends, or reports why that cannot be done.
    init?(yaml: String, file: String, log: IssueLog) {
        var digest = Digest(of: yaml)
        guard let root = Self.read(yaml, chain: [file], digest: &digest, log: log) else { return nil }
        self.root = root
        self.digest = digest
    }

    private static func read(_ yaml: String, chain: [String], digest: inout Digest, log: IssueLog) -> Node? {
        guard let parsed = YAMLDocument.root(of: yaml, log: log) else { return nil }
        var variables = VariableReplacement(log: log)
        let own = variables.replacing(in: parsed)
        for value in variables.values { digest.combine(Digest(of: value).value) }
        guard case .mapping(let mapping) = own, let base = mapping.first(where: { $0.key.string == extendsKey })?.value
        else { return own }
        guard let name = base.scalar?.string, !name.isEmpty else {
            log.report("this names no profile", at: base.mark, expected: "the path of another profile")
            return nil
        }
        let path = log.resolve(name, at: base)
        guard !chain.contains(path), chain.count < depthLimit else {
            let way = (chain + [path]).joined(separator: " → ")
            log.report("a profile cannot extend itself: \(way)", at: base.mark, expected: "another profile")
            return nil
        }
        guard let text = log.file(at: base, expected: "the path of another profile, relative to this one")?.content
        else {
            return nil
        }
        digest.combine(Digest(of: text).value)
        guard let under = read(log.open(path, text: text), chain: chain + [path], digest: &digest, log: log) else {
            return nil
        }
        let rest = Node.Mapping(mapping.filter { $0.key.string != extendsKey }, .implicit, mapping.style, mapping.mark)
        return merge(.mapping(rest), over: under)
    }

    /// Mappings are merged key by key; of anything else the upper one stands alone. A distribution is one value.
    private static func merge(_ upper: Node, over lower: Node) -> Node {
        guard case .mapping(let own) = upper, case .mapping(let base) = lower,
            !own.contains(where: { $0.key.string == "distribution" })
        else { return upper }
        var pairs = Array(base)
        for (key, value) in own {
            if let index = pairs.firstIndex(where: { $0.key.string == key.string }) {
                pairs[index] = (key, merge(value, over: pairs[index].value))
            } else {
                pairs.append((key, value))
            }
        }
        return .mapping(Node.Mapping(pairs.map { ($0.key, $0.value) }, .implicit, own.style, own.mark))
    }
}

/// Replaces `${NAME}` and `${NAME:-default}` in the values of a tree.
private struct VariableReplacement {
    let log: IssueLog
    /// What came in, in the order of the file.
    var values: [String] = []

    init(log: IssueLog) { self.log = log }

    mutating func replacing(in node: Node) -> Node {
        switch node {
        case .scalar(var scalar):
            guard scalar.string.contains("${") else { return node }
            scalar.string = replaced(scalar.string, at: node.mark)
            return .scalar(scalar)
        case .mapping(let mapping):
            let pairs = mapping.map { ($0.key, replacing(in: $0.value)) }
            return .mapping(Node.Mapping(pairs, .implicit, mapping.style, mapping.mark))
        case .sequence(let sequence):
            let nodes = sequence.map { replacing(in: $0) }
            return .sequence(Node.Sequence(nodes, .implicit, sequence.style, sequence.mark))
        case .alias:
            return node
        }
    }

    private mutating func replaced(_ text: String, at mark: Mark?) -> String {
        var result = ""
        var rest = text[...]
        while let begin = rest.firstRange(of: "${") {
            result += rest[..<begin.lowerBound]
            rest = rest[begin.upperBound...]
            guard let end = rest.firstIndex(of: "}") else {
                log.report("'\(text)' lacks a '}'", at: mark, expected: "${NAME} or ${NAME:-default}")
                return text
            }
            let inside = rest[..<end]
            rest = rest[rest.index(after: end)...]
            let parts = inside.split(separator: ":-", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard Self.isName(name) else {
                log.report("'\(name)' is no name of a variable", at: mark, expected: "${NAME} or ${NAME:-default}")
                return text
            }
            guard let value = log.surroundings.variable(name) ?? (parts.count == 2 ? String(parts[1]) : nil) else {
                log.report("the variable '\(name)' is not set", at: mark, expected: "it set, or ${\(name):-default}")
                return text
            }
            values.append(value)
            result += value
        }
        return result + rest
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    }
}
