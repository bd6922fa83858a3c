internal import Yams

/// One key of a mapping: its name, what it accepts and what it means.
struct Key<Value: Sendable>: Sendable {
    let name: String
    let summary: String
    let isRequired: Bool
    let grammar: Grammar<Value>

    init(_ name: String, _ grammar: Grammar<Value>, required: Bool = false, _ summary: String) {
        self.name = name
        self.summary = summary
        self.isRequired = required
        self.grammar = grammar
    }
}

/// A key without the type of its value, for tables.
protocol KeyDescription: Sendable {
    var name: String { get }
    var isRequired: Bool { get }
    /// Schema of the value with the summary as its description.
    var schema: JSONValue { get }
}

extension Key: KeyDescription {
    var schema: JSONValue { grammar.schema.adding(["description": .string(summary)]) }
}

/// Reads a mapping by its keys.
struct ObjectReader {
    let node: Node
    let log: IssueLog
    private let members: [(key: Node, value: Node)]

    fileprivate init(_ node: Node, mapping: Node.Mapping, log: IssueLog) {
        self.node = node
        self.log = log
        self.members = Array(mapping)
    }

    /// The value of `key`; `nil` when it is absent or wrong (then reported).
    func value<Value>(_ key: Key<Value>) -> Value? {
        valueNode(key).flatMap { key.grammar.read($0, log) }
    }

    /// Hands the value of `key` to `assign` when it is there and right.
    func read<Value>(_ key: Key<Value>, _ assign: (Value) -> Void) {
        if let value = value(key) { assign(value) }
    }

    /// Whether the file gives `key`, rightly or wrongly.
    func has<Value>(_ key: Key<Value>) -> Bool { valueNode(key) != nil }

    /// Where the value of `key` stands; the mapping itself when it is absent.
    func mark<Value>(_ key: Key<Value>) -> Mark? { valueNode(key)?.mark ?? node.mark }

    /// The keys as they are written.
    var keyNames: [String] { members.compactMap { $0.key.scalar?.string } }

    /// Where the key `name` itself stands.
    func keyMark(_ name: String) -> Mark? { members.first { $0.key.scalar?.string == name }?.key.mark }

    /// The node under `key`.
    func valueNode<Value>(_ key: Key<Value>) -> Node? {
        members.first { $0.key.scalar?.string == key.name }?.value
    }

    /// Notes an issue about the value of `key`.
    func report<Value>(_ problem: String, at key: Key<Value>, expected: String? = nil, suggestion: String? = nil) {
        log.report(problem, at: mark(key), expected: expected, suggestion: suggestion)
    }

    fileprivate func reportUnknownKeys(_ names: [String], in title: String) {
        for member in members {
            guard let key = member.key.scalar?.string else {
                log.report("a key must be a single word", at: member.key.mark, expected: names.alternatives)
                continue
            }
            guard !names.contains(key) else { continue }
            log.report(
                "unknown key '\(key)' in \(title)",
                at: member.key.mark,
                expected: names.alternatives,
                suggestion: Spelling.nearest(to: key, among: names)
            )
        }
    }
}

extension Grammar {
    /// A mapping with the given keys and no others; `build` gets a reader once the keys are known to be right.
    ///
    /// `build` runs even when a value is wrong, so that all values are looked at; it returns `nil` then.
    static func object(
        _ title: String,
        keys: [any KeyDescription],
        build: @escaping @Sendable (ObjectReader) -> Value?
    ) -> Grammar {
        let names = keys.map(\.name)
        let required = keys.filter(\.isRequired).map(\.name)
        return Grammar(expected: title, schema: objectSchema(keys)) { node, log in
            guard case .mapping(let mapping) = node else {
                log.report(
                    "this is a \(node.kindName), not a mapping",
                    at: node.mark,
                    expected: "\(title) with \(names.alternatives)"
                )
                return nil
            }
            let reader = ObjectReader(node, mapping: mapping, log: log)
            reader.reportUnknownKeys(names, in: title)
            // A key that is only misspelt has been reported already.
            let meant = reader.keyNames.filter { !names.contains($0) }.compactMap {
                Spelling.nearest(to: $0, among: names)
            }
            for name in required where !reader.keyNames.contains(name) && !meant.contains(name) {
                log.report("\(title) lacks the key '\(name)'", at: node.mark)
            }
            return build(reader)
        }
    }

    /// A mapping whose keys are names chosen by the user, in the order of the file.
    static func named<Element>(
        _ title: String,
        _ element: Grammar<Element>
    ) -> Grammar where Value == [Named<Element>] {
        Grammar(expected: title, schema: ["type": "object", "additionalProperties": element.schema]) { node, log in
            guard case .mapping(let mapping) = node else {
                log.report("this is a \(node.kindName), not a mapping", at: node.mark, expected: title)
                return nil
            }
            let values = mapping.map { member -> Named<Element>? in
                guard let name = member.key.scalar?.string else {
                    log.report("a key must be a single word", at: member.key.mark, expected: title)
                    return nil
                }
                return element.read(member.value, log).map { Named(name: name, mark: member.key.mark, value: $0) }
            }
            return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
        }
    }

    private static func objectSchema(_ keys: [any KeyDescription]) -> JSONValue {
        var schema: [String: JSONValue] = [
            "type": "object", "additionalProperties": .bool(false),
            "properties": .object(Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0.schema) })),
        ]
        let required = keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { schema["required"] = .array(required.map(JSONValue.string)) }
        return .object(schema)
    }
}

/// A value under a name that the user chose, and where.
struct Named<Value: Sendable>: Sendable {
    var name: String
    var mark: Mark?
    var value: Value
}
