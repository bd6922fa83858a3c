internal import Yams

/// What one place of a profile accepts: how it is read, what is said when it does not fit, and its JSON Schema.
///
/// Decoder, error texts and schema are one description, so they cannot drift apart.
struct Grammar<Value: Sendable>: Sendable {
    /// Finishes the sentence "expected …".
    let expected: String
    let schema: JSONValue
    /// Reads a node, or reports what is wrong with it and returns `nil`.
    let read: @Sendable (Node, IssueLog) -> Value?
}

extension Grammar {
    /// A single value, read from its text as it stands in the file.
    static func scalar(
        _ expected: String,
        schema: JSONValue,
        _ parse: @escaping @Sendable (String) throws(QuantityProblem) -> Value
    ) -> Grammar {
        Grammar(expected: expected, schema: schema) { node, log in
            guard case .scalar(let scalar) = node else {
                log.report("this is a \(node.kindName), not a single value", at: node.mark, expected: expected)
                return nil
            }
            guard !scalar.string.isEmpty else {
                log.report("nothing is given here", at: node.mark, expected: expected)
                return nil
            }
            do throws(QuantityProblem) {
                return try parse(scalar.string)
            } catch {
                log.report("'\(scalar.string)' \(error.problem)", at: node.mark, expected: expected)
                return nil
            }
        }
    }

    /// The same, with a further condition on the value.
    func checked(
        _ expected: String,
        schema: JSONValue? = nil,
        _ problem: @escaping @Sendable (Value) -> String?
    ) -> Grammar {
        Grammar(expected: expected, schema: schema ?? self.schema) { node, log in
            guard let value = read(node, log) else { return nil }
            guard let problem = problem(value) else { return value }
            let written = node.scalar.map { "'\($0.string)' " } ?? "this "
            log.report(written + problem, at: node.mark, expected: expected)
            return nil
        }
    }

    /// The value, made into another.
    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Grammar<Other> {
        Grammar<Other>(expected: expected, schema: schema) { node, log in read(node, log).map(transform) }
    }

    /// `short` for a single value, this for anything else: `28ms` beside `{distribution: lognormal, …}`.
    func orShort(_ short: Grammar<Value>) -> Grammar<Value> {
        let expected = "\(short.expected), or \(self.expected)"
        return Grammar(expected: expected, schema: ["anyOf": [short.schema, schema]]) { node, log in
            if case .scalar = node { return short.read(node, log) }
            return self.read(node, log)
        }
    }

    /// A list of what `element` reads, at least one.
    static func list<Element>(of element: Grammar<Element>, _ expected: String) -> Grammar where Value == [Element] {
        Grammar(
            expected: expected,
            schema: ["type": "array", "items": element.schema, "minItems": .integer(1)]
        ) { node, log in
            guard case .sequence(let sequence) = node else {
                log.report("this is a \(node.kindName), not a list", at: node.mark, expected: expected)
                return nil
            }
            guard !sequence.isEmpty else {
                log.report("the list is empty", at: node.mark, expected: expected)
                return nil
            }
            let values = sequence.map { element.read($0, log) }
            return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
        }
    }
}

extension Grammar where Value == String {
    /// Any text.
    static func text(_ expected: String = "a text") -> Grammar {
        .scalar(expected, schema: ["type": "string", "minLength": .integer(1)]) { text throws(QuantityProblem) in text }
    }
}

extension Grammar where Value == Bool {
    static let flag = Grammar.scalar("true or false", schema: ["type": "boolean"]) { text throws(QuantityProblem) in
        switch text {
        case "true": return true
        case "false": return false
        default: throw QuantityProblem("is neither true nor false")
        }
    }
}

extension Grammar where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration.
    ///
    /// - Parameter other: What else may stand here, for messages.
    static func choice(or other: String? = nil) -> Grammar {
        let words = Value.allCases.map(\.rawValue)
        let expected = (words + (other.map { [$0] } ?? [])).alternatives
        return Grammar(expected: expected, schema: ["enum": .array(words.map(JSONValue.string))]) { node, log in
            guard case .scalar(let scalar) = node else {
                log.report("this is a \(node.kindName), not a single word", at: node.mark, expected: expected)
                return nil
            }
            if let value = Value(rawValue: scalar.string) { return value }
            log.report(
                scalar.string.isEmpty ? "nothing is given here" : "'\(scalar.string)' is not known here",
                at: node.mark,
                expected: expected,
                suggestion: Spelling.nearest(to: scalar.string, among: words)
            )
            return nil
        }
    }
}

extension Node {
    /// What to call the node in a message.
    var kindName: String {
        switch self {
        case .scalar: "single value"
        case .mapping: "mapping"
        case .sequence: "list"
        case .alias: "alias"
        }
    }
}
