import Foundation
import Yams

/// As much of JSON Schema as the schema of profiles uses, held against YAML.
struct JSONSchema {
    private let root: [String: Any]

    init(_ text: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        root = object as? [String: Any] ?? [:]
    }

    /// Every keyword that this knows, and those that say nothing of validity.
    static let keywords: Set = [
        "type", "enum", "const", "pattern", "format", "minLength", "minItems", "maxItems", "uniqueItems", "minimum",
        "maximum", "required",
        "properties", "additionalProperties", "items", "anyOf", "$ref", "$schema", "$defs", "title", "description",
    ]

    /// Where the text is not as the schema wants it; empty when it is.
    func problems(of yaml: String) throws -> [String] {
        guard let node = try Yams.compose(yaml: yaml) else { return ["nothing"] }
        return problems(of: node, root, at: "")
    }

    private func problems(of node: Node, _ schema: [String: Any], at place: String) -> [String] {
        let unknown = Set(schema.keys).subtracting(Self.keywords)
        guard unknown.isEmpty else { return ["\(place): the validator does not know \(unknown)"] }
        if let reference = schema["$ref"] as? String { return problems(of: node, definition(reference), at: place) }
        if let alternatives = schema["anyOf"] as? [[String: Any]] {
            let found = alternatives.map { problems(of: node, $0, at: place) }
            if !found.contains(where: \.isEmpty) { return found.first ?? [] }
        }
        switch node {
        case .scalar(let scalar): return Self.accepts(scalar, schema) ? [] : ["\(place): '\(scalar.string)'"]
        case .sequence(let elements):
            guard Self.types(schema)?.contains("array") ?? true else { return ["\(place): a list"] }
            guard let element = schema["items"] as? [String: Any] else { return [] }
            let isLong =
                elements.count >= schema["minItems"] as? Int ?? 0
                && elements.count <= schema["maxItems"] as? Int ?? .max
            let isFine = schema["uniqueItems"] == nil || Set(elements).count == elements.count
            let found = elements.enumerated().flatMap { problems(of: $1, element, at: "\(place)[\($0)]") }
            return isLong && isFine ? found : found + ["\(place): too few, too many or twice"]
        case .mapping(let mapping): return problems(of: mapping, schema, at: place)
        case .alias: return ["\(place): an alias"]
        }
    }

    private func problems(of mapping: Node.Mapping, _ schema: [String: Any], at place: String) -> [String] {
        guard Self.types(schema)?.contains("object") ?? (schema["enum"] == nil && schema["const"] == nil) else {
            return ["\(place): a mapping"]
        }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let keys = mapping.compactMap { $0.key.string }
        var found = (schema["required"] as? [String] ?? []).filter { !keys.contains($0) }.map { "\(place): no \($0)" }
        for (key, value) in mapping {
            let name = key.string ?? ""
            if let property = properties[name] ?? schema["additionalProperties"] as? [String: Any] {
                found += problems(of: value, property, at: "\(place).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                found.append("\(place).\(name): not known")
            }
        }
        return found
    }

    private func definition(_ reference: String) -> [String: Any] {
        let definitions = root["$defs"] as? [String: [String: Any]] ?? [:]
        return definitions[String(reference.split(separator: "/").last ?? "")] ?? ["enum": [String]()]
    }

    private static func types(_ schema: [String: Any]) -> [String]? {
        (schema["type"] as? String).map { [$0] } ?? schema["type"] as? [String]
    }

    private static func accepts(_ scalar: Node.Scalar, _ schema: [String: Any]) -> Bool {
        let text = scalar.string
        let isPlain = scalar.style == .plain || scalar.style == .any
        var kinds: Set = ["string"]
        if isPlain, Int(text) != nil { kinds = ["integer", "number"] }
        if isPlain, Int(text) == nil, Double(text) != nil { kinds = ["number"] }
        if isPlain, text == "true" || text == "false" { kinds = ["boolean"] }
        if let types = types(schema), kinds.isDisjoint(with: types) { return false }
        if let words = schema["enum"] as? [String], !words.contains(text) { return false }
        if let number = schema["const"] as? Int, text != "\(number)" { return false }
        if let word = schema["const"] as? String, text != word { return false }
        if let minimum = schema["minimum"] as? Double, Double(text).map({ $0 < minimum }) ?? false { return false }
        if let maximum = schema["maximum"] as? Double, Double(text).map({ $0 > maximum }) ?? false { return false }
        if kinds == ["string"], let pattern = schema["pattern"] as? String {
            guard text.range(of: pattern, options: .regularExpression) != nil else { return false }
        }
        return text.count >= schema["minLength"] as? Int ?? 0
    }
}
