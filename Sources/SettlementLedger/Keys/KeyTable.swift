/// The idempotency keys of the latest commands with their requests and outcomes, forgotten in the order they came.
///
/// Records lie in a ring; a hash table finds them. Its buckets are cache lines of eight words: one mark and seven cells, a
/// cell being the hash of a key and the ordinal under which its record entered the ring. Forgetting a key writes nothing:
/// its cell is free as soon as its ordinal is past. So a new key touches one line of the table and one of the ring.
struct KeyTable: ~Copyable, Sendable {
    struct Record: BitwiseCopyable, Sendable {
        var key: IdempotencyKey
        var fingerprint: UInt64
        var outcome: Outcome
    }

    private static let wordsPerBucket = 8
    /// Of seven cells, when the table is fullest: one key in thirty goes on to the next bucket, with four one in nine did.
    private static let keysPerBucket = 3

    private let retention: Int
    private var ring = BlockStore<Record>()
    /// Where the next record goes.
    private var nextPlace = 0
    /// The first word of a bucket is the ordinal of the latest key that found it full and went on to the next bucket:
    /// while that one is remembered, a search goes on too.
    private var words = Slab<UInt64>(repeating: 0, count: 4 * wordsPerBucket)
    /// The bucket of a hash is its upper bits.
    private var shift: UInt32 = 30
    /// Ordinals of the oldest key remembered and of the next to come.
    private(set) var oldest = 1
    private(set) var next = 1

    init(retention: Int) {
        self.retention = retention
    }

    var count: Int { next - oldest }

    /// The record of a key. O(1) expected.
    func record(of key: IdempotencyKey) -> Record? { record(of: key, hash: Self.hash(key)) }

    /// The same where the key's hash is known.
    @inline(__always)
    func record(of key: IdempotencyKey, hash: UInt32) -> Record? {
        let home = bucket(of: hash)
        var bucket = home
        repeat {
            var cells = bucket + 1..<bucket + Self.wordsPerBucket
            // Most cells are of another key: one comparison each.
            while let cell = words.firstIndex(in: cells, where: { UInt32(truncatingIfNeeded: $0 >> 32) == hash }) {
                if isRemembered(words[cell]) {
                    let record = self[ordinal(of: words[cell])]
                    if record.key == key { return record }
                }
                cells = cell + 1..<cells.upperBound
            }
            if words[bucket] < UInt64(oldest) { return nil }
            bucket = self.bucket(after: bucket)
        } while bucket != home
        return nil
    }

    /// A free cell for a key that is certainly not remembered; `nil`: it may be, or its bucket has no room.
    @inline(__always)
    func vacancy(hash: UInt32) -> Int? {
        let home = bucket(of: hash)
        let row = words.row(at: home)
        var (vacancy, isAlike) = (0, false)
        for lane in 1..<Self.wordsPerBucket {
            isAlike = UInt32(truncatingIfNeeded: row[lane] >> 32) == hash ? true : isAlike
            vacancy = isRemembered(row[lane]) ? vacancy : lane
        }
        // Where a search would go on, nothing is certain.
        return isAlike || vacancy == 0 || row[0] >= UInt64(oldest) ? nil : home + vacancy
    }

    /// Brings the bucket where a search for this key begins into the cache.
    @inline(__always)
    func prefetch(hash: UInt32) { words.prefetch(bucket(of: hash)) }

    /// Brings the record into the cache that is written after `count` others.
    @inline(__always)
    func prefetchRecord(after count: Int) {
        if nextPlace + count < ring.count { ring.prefetch(UInt32(nextPlace + count)) }
    }

    /// The record with this ordinal; it must still be remembered.
    subscript(ordinal: Int) -> Record {
        @inline(__always)
        get {
            precondition((oldest..<next).contains(ordinal), "key \(ordinal) is forgotten")
            let place = nextPlace - (next - ordinal)
            return ring[UInt32(place < 0 ? place + retention : place)]
        }
    }

    /// Remembers a key that is not in the table; forgets the oldest when full. Amortised O(1).
    mutating func insert(_ record: Record) { insert(record, hash: Self.hash(record.key)) }

    /// The same where the key's hash is known.
    ///
    /// - Parameter cell: what ``vacancy(hash:)`` has just found.
    @inline(__always)
    mutating func insert(_ record: Record, hash: UInt32, cell: Int? = nil) {
        var cell = cell
        if count == retention {
            oldest += 1
        } else if count * Self.wordsPerBucket >= words.count * Self.keysPerBucket {
            grow()
            cell = nil
        }
        if nextPlace == ring.count { ring.append(record) } else { ring[UInt32(nextPlace)] = record }
        nextPlace = nextPlace + 1 == retention ? 0 : nextPlace + 1
        next += 1
        if let cell {
            words[cell] = Self.cell(hash, ordinal: next - 1)
        } else {
            file(hash, ordinal: next - 1)
        }
    }

    @inline(__always)
    private static func cell(_ hash: UInt32, ordinal: Int) -> UInt64 {
        UInt64(hash) << 32 | UInt64(UInt32(truncatingIfNeeded: ordinal))
    }

    /// Writes the first free cell at or behind the home of a hash, and marks the full buckets it passes.
    private mutating func file(_ hash: UInt32, ordinal: Int) {
        var bucket = bucket(of: hash)
        while true {
            if let cell = words.firstIndex(in: bucket + 1..<bucket + Self.wordsPerBucket, where: { !isRemembered($0) })
            {
                words[cell] = Self.cell(hash, ordinal: ordinal)
                return
            }
            words[bucket] = max(words[bucket], UInt64(ordinal))
            bucket = self.bucket(after: bucket)
        }
    }

    private mutating func grow() {
        var smaller = Slab<UInt64>(repeating: 0, count: words.count * 2)
        swap(&smaller, &words)
        shift -= 1
        for place in 0..<smaller.count where place % Self.wordsPerBucket != 0 && isRemembered(smaller[place]) {
            file(UInt32(truncatingIfNeeded: smaller[place] >> 32), ordinal: ordinal(of: smaller[place]))
        }
    }

    /// Whether a cell holds a key that is not forgotten. Ordinals are told by their lower halves, since fewer than 2³¹
    /// are remembered; a cell that is 2³² keys old can only look taken.
    @inline(__always)
    private func isRemembered(_ cell: UInt64) -> Bool {
        age(of: cell) &- 1 < UInt32(truncatingIfNeeded: count)
    }

    private func ordinal(of cell: UInt64) -> Int { next - Int(age(of: cell)) }

    @inline(__always)
    private func age(of cell: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: next) &- UInt32(truncatingIfNeeded: cell)
    }

    /// The place of a bucket's first word.
    @inline(__always)
    private func bucket(of hash: UInt32) -> Int { Int(hash >> shift) * Self.wordsPerBucket }

    @inline(__always)
    private func bucket(after bucket: Int) -> Int { (bucket + Self.wordsPerBucket) & (words.count - 1) }

    @inline(__always)
    static func hash(_ key: IdempotencyKey) -> UInt32 {
        slotHash(key.high ^ mixed(key.low))
    }
}
