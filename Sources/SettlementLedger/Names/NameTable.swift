/// External names and the identifiers made from them, in the order they were interned.
struct NameTable: Sendable {
    private(set) var names: [(id: AccountID, name: String)] = []
    private var places: [AccountID: Int] = [:]

    func name(of id: AccountID) -> String? { places[id].map { names[$0].name } }

    /// The identifier of a name; if the name is new, the one that it would get, and `isNew`.
    ///
    /// Starts at the hash of the name and goes on by 1 while another name is there. O(bytes) expected.
    func identifier(of name: String) -> (id: AccountID, isNew: Bool) {
        var id = Ledger.hash(ofName: name)
        while let place = places[id] {
            if names[place].name.utf8.elementsEqual(name.utf8) { return (id, false) }
            id = AccountID(id.rawValue &+ 1)
        }
        return (id, true)
    }

    mutating func insert(_ name: String, id: AccountID) {
        precondition(places[id] == nil, "identifier \(id.rawValue) has a name already")
        places[id] = names.count
        names.append((id, name))
    }
}

/// A name whose entries are still arriving.
struct PartialName: Sendable {
    var id: AccountID
    var length: Int
    var bytes: [UInt8] = []

    var isComplete: Bool { bytes.count == length }

    /// Takes as many bytes of the words, lowest byte first, as are missing.
    mutating func append(_ words: [UInt64]) {
        for word in words {
            for shift in stride(from: UInt64(0), to: 64, by: 8) where bytes.count < length {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
    }
}

extension Entry {
    /// The words of a name entry or continuation that hold bytes of the name.
    var nameWords: [UInt64] {
        rawKind == Kind.nameInterned.rawValue
            ? [bill, keyHigh, keyLow, detail]
            : [account, UInt64(bitPattern: amount), bill, UInt64(bitPattern: time), keyHigh, keyLow, detail]
    }

    /// The entries that tell a name: 32 bytes in the first, 56 in each continuation.
    static func naming(_ name: String, id: AccountID, time: Timestamp) -> [Entry] {
        var words = Words(name.utf8)
        var first = Entry(.nameInterned, account: id.rawValue, time: time.rawValue)
        first.amount = Int64(name.utf8.count)
        first.bill = words.next()
        first.keyHigh = words.next()
        first.keyLow = words.next()
        first.detail = words.next()
        var entries = [first]
        while !words.isAtEnd {
            var more = Entry(.continuation, account: words.next(), time: 0)
            more.amount = Int64(bitPattern: words.next())
            more.bill = words.next()
            more.time = Int64(bitPattern: words.next())
            more.keyHigh = words.next()
            more.keyLow = words.next()
            more.detail = words.next()
            entries.append(more)
        }
        return entries
    }

    /// Bytes taken eight at a time, lowest first, zeros behind the end.
    private struct Words {
        private var bytes: ArraySlice<UInt8>
        init(_ bytes: String.UTF8View) { self.bytes = Array(bytes)[...] }
        var isAtEnd: Bool { bytes.isEmpty }

        mutating func next() -> UInt64 {
            let word = bytes.prefix(8).enumerated().reduce(UInt64(0)) {
                $0 | UInt64($1.element) << UInt64($1.offset * 8)
            }
            bytes = bytes.dropFirst(8)
            return word
        }
    }
}
