/// The idempotency keys of the latest commands with their requests and outcomes, forgotten in the order they came.
struct KeyTable: ~Copyable, Sendable {
    struct Record: BitwiseCopyable, Sendable {
        var key: IdempotencyKey
        var fingerprint: UInt64
        var outcome: Outcome
    }

    private let retention: Int
    private var ring = Slab<Record>()
    private var index = SlotIndex()
    /// Ordinals of the oldest key remembered and of the next to come.
    private(set) var oldest = 0
    private(set) var next = 0

    init(retention: Int) {
        self.retention = retention
    }

    var count: Int { next - oldest }

    /// The record of a key. O(1) expected.
    func record(of key: IdempotencyKey) -> Record? {
        index.slot(hash: Self.hash(key)) { ring[$0].key == key }.map { ring[$0] }
    }

    /// Reads the index where a search for this key begins.
    func home(of key: IdempotencyKey) -> UInt64 { index.home(of: Self.hash(key)) }

    /// The record with this ordinal; it must still be remembered.
    subscript(ordinal: Int) -> Record {
        precondition((oldest..<next).contains(ordinal), "key \(ordinal) is forgotten")
        return ring[ordinal % retention]
    }

    /// Remembers a key that is not in the table; forgets the oldest when full. Amortised O(1).
    mutating func insert(_ record: Record) {
        if count == retention { forgetOldest() }
        let slot = next % retention
        if slot == ring.count { ring.append(record) } else { ring[slot] = record }
        index.insert(UInt32(slot), hash: Self.hash(record.key))
        next += 1
    }

    private mutating func forgetOldest() {
        let slot = oldest % retention
        index.remove(UInt32(slot), hash: Self.hash(ring[slot].key))
        oldest += 1
    }

    private static func hash(_ key: IdempotencyKey) -> UInt32 {
        slotHash(key.high ^ mixed(key.low))
    }
}
