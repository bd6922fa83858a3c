public import SettlementLedger

/// Pending timers of many subjects, at most one of each: a value that is told the time.
///
/// What falls due comes out in the order of its time, then of its key, whatever the order in which it was set. A timer of
/// a key that has one replaces it; its generation tells a late cancellation of the old one from one of the new.
///
/// A sorted list in blocks, not a heap or a wheel: what is due lies at its end, so time costs one step for each due timer
/// however many are pending, exact to the nanosecond, without ticks, cascades or a search for the next due time. With keys
/// of 8 bytes a pending timer takes 24 bytes, at most 9 in the index and 9 in the order; with room for growth, less than 52.
public struct TimerQueue<Key: Hashable & Comparable & Sendable>: Sendable {
    /// A timer that has fallen due.
    public struct Due: Sendable, Hashable {
        /// Whose timer.
        public var key: Key
        /// When it was due: not later than the time the queue was told.
        public var time: Timestamp
        /// The generation that ``TimerQueue/set(_:at:)`` gave it.
        public var generation: UInt32
    }

    private struct Slot {
        var time: Int64
        var key: Key
        /// Of a free slot, the next free one.
        var generation: UInt32
        /// Of the key, so that taking timers out hashes nothing.
        var hash: UInt32

        func isEarlier(than other: Slot) -> Bool { time == other.time ? key < other.key : time < other.time }
    }

    private static var none: UInt32 { .max }

    private var slots: [Slot] = []
    /// The first slot without a timer.
    private var firstFree = Self.none
    private var order = TimerOrder()
    private var index = TimerIndex()
    private var generation: UInt32 = 0

    /// Number of pending timers.
    public private(set) var count = 0

    /// No timer.
    public init() {}

    /// When the earliest is due; `nil`: none is pending. O(1).
    public var nextDue: Timestamp? { order.first.map { Timestamp(nanoseconds: slots[Int($0)].time) } }

    /// When the timer of a key is due; `nil`: it has none. O(1) expected.
    public func due(of key: Key) -> Timestamp? {
        slot(of: key, hash: Self.hash(key)).map { Timestamp(nanoseconds: slots[$0].time) }
    }

    /// Sets the timer of a key, or moves it. O(log pending).
    ///
    /// - Returns: the timer's generation; generations ascend over the whole queue, and wrap after 2³² of them.
    /// - Precondition: fewer than 2³² − 1 timers are pending.
    @discardableResult
    public mutating func set(_ key: Key, at time: Timestamp) -> UInt32 {
        generation &+= 1
        let hash = Self.hash(key)
        if let slot = slot(of: key, hash: hash) {
            if slots[slot].time != time.rawValue {
                order.remove(UInt32(slot), isEarlier: comparison)
                slots[slot].time = time.rawValue
                order.insert(UInt32(slot), isEarlier: comparison)
            }
            slots[slot].generation = generation
        } else {
            let slot = add(Slot(time: time.rawValue, key: key, generation: generation, hash: hash))
            index.insert(Int(slot), hash: Int(hash)) { [slots] in Int(slots[$0].hash) }
            order.insert(slot, isEarlier: comparison)
            count += 1
        }
        return generation
    }

    /// Cancels the timer of a key. O(log pending).
    ///
    /// - Parameter generation: only the timer of this generation; `nil`: whichever is pending.
    /// - Returns: whether one was cancelled.
    @discardableResult
    public mutating func cancel(_ key: Key, generation: UInt32? = nil) -> Bool {
        guard let slot = slot(of: key, hash: Self.hash(key)),
            generation == nil || generation == slots[slot].generation
        else { return false }
        order.remove(UInt32(slot), isEarlier: comparison)
        free(UInt32(slot))
        return true
    }

    /// Takes out what is due up to and including `time`, at most `limit` of it, earliest first, and appends it to `due`.
    /// O(due) expected, without a comparison of timers; nothing is spent on those that are not due.
    public mutating func advance(to time: Timestamp, limit: Int = .max, into due: inout [Due]) {
        var left = limit
        while left > 0, let first = order.first, slots[Int(first)].time <= time.rawValue {
            let slot = slots[Int(first)]
            due.append(Due(key: slot.key, time: Timestamp(nanoseconds: slot.time), generation: slot.generation))
            order.removeFirst()
            free(first)
            left -= 1
        }
    }
}

/// The slots.
extension TimerQueue {
    /// Bytes that slots, order and index have reserved: what the pending timers cost, room for growth included.
    /// O(pending / 512).
    public var reservedBytes: Int {
        slots.capacity * MemoryLayout<Slot>.stride + order.reservedBytes + index.reservedBytes
    }

    private var comparison: TimerOrder.Comparison {
        { [slots] in slots[Int($0)].isEarlier(than: slots[Int($1)]) }
    }

    private static func hash(_ key: Key) -> UInt32 { UInt32(truncatingIfNeeded: key.hashValue) }

    private func slot(of key: Key, hash: UInt32) -> Int? {
        index.slot(hash: Int(hash)) { slots[$0].hash == hash && slots[$0].key == key }
    }

    private mutating func add(_ slot: Slot) -> UInt32 {
        if firstFree != Self.none {
            let place = firstFree
            firstFree = slots[Int(place)].generation
            slots[Int(place)] = slot
            return place
        }
        precondition(slots.count < Self.none, "a queue holds fewer than 2^32 - 1 timers")
        // By a quarter: doubling would cost a timer twice its size just after.
        if slots.count == slots.capacity { slots.reserveCapacity(slots.count + slots.count / 4 + 16) }
        slots.append(slot)
        return UInt32(slots.count - 1)
    }

    /// Gives back the slot of a timer that is not in the order any more. O(1) expected.
    private mutating func free(_ slot: UInt32) {
        index.remove(Int(slot), hash: Int(slots[Int(slot)].hash)) { [slots] in Int(slots[$0].hash) }
        slots[Int(slot)].generation = firstFree
        firstFree = slot
        count -= 1
    }
}
