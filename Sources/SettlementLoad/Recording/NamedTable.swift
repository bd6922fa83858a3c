/// A value for some of the names of an enumeration, kept and written in the order of its declaration.
public struct NamedTable<Name, Value>: Sendable, Hashable
where Name: RawRepresentable<String> & CaseIterable & Hashable & Sendable, Value: Codable & Hashable & Sendable {
    private var values: [Name: Value] = [:]

    /// A table without values.
    public init() {}

    /// The value of `name`.
    public subscript(name: Name) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// Names that have a value, in the order of their declaration.
    public var names: [Name] { Name.allCases.filter { values[$0] != nil } }
}

extension NamedTable: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads an object; members with unknown names, as a newer version may write, are left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for name in Name.allCases {
            values[name] = try container.decodeIfPresent(Value.self, forKey: Key(stringValue: name.rawValue))
        }
    }

    /// Writes an object with a member for each name that has a value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for name in names { try container.encode(self[name], forKey: Key(stringValue: name.rawValue)) }
    }
}
