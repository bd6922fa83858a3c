extension Ledger {
    /// Longest external name, in UTF-8 bytes.
    public static var maximumNameBytes: Int { 256 }

    /// The account that an external name stands for, the same at every call.
    ///
    /// A new name gets its ``hash(ofName:)``, or the next free number if another name has that, and a journaled entry.
    /// Interning opens no account.
    /// - Precondition: the name has 1 to ``maximumNameBytes`` UTF-8 bytes.
    public mutating func intern(_ name: String, at time: Timestamp, into entries: inout [Entry]) -> AccountID {
        let length = name.utf8.count
        precondition((1...Self.maximumNameBytes).contains(length), "a name has 1 to 256 UTF-8 bytes, not \(length)")
        let (id, isNew) = names.identifier(of: name)
        guard isNew else { return id }
        for entry in Entry.naming(name, id: id, time: time) { emit(entry, slot: 0, into: &entries) }
        entries[entries.count - 1].flags.insert(.endsCommand)
        return id
    }

    /// The external name of an account, if it has one. O(1) expected.
    public func name(of account: AccountID) -> String? { names.name(of: account) }

    /// The account of an external name, if the name is interned. O(bytes) expected.
    public func account(named name: String) -> AccountID? {
        let (id, isNew) = names.identifier(of: name)
        return isNew ? nil : id
    }

    /// Where a name's identifier is looked for first; stable for ever, so requests can be routed by it.
    ///
    /// FNV-1a over the UTF-8 bytes, finished as in MurmurHash3. O(bytes).
    public static func hash(ofName name: String) -> AccountID {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return AccountID(mixed(hash))
    }

    mutating func foldName(_ entry: Entry) {
        if entry.rawKind == Entry.Kind.nameInterned.rawValue {
            precondition(partialName == nil, "a name began inside another")
            partialName = PartialName(id: AccountID(entry.account), length: Int(entry.amount))
        }
        guard var name = partialName else { preconditionFailure("a continuation continues nothing") }
        name.append(entry.nameWords)
        partialName = name.isComplete ? nil : name
        guard name.isComplete, names.name(of: name.id) == nil else { return }
        names.insert(String(decoding: name.bytes, as: UTF8.self), id: name.id)
    }
}
