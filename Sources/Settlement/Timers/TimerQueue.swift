public import SettlementLedger

/// Pending timers of many subjects, at most one of each: a value that is told the time.
///
/// What falls due comes out in the order of its time, then of its key, whatever the order in which it was set. A timer of
/// a key that has one replaces it; its generation tells a late cancellation of the old one from one of the new.
///
/// A heap of slots with the place of each key, so setting a timer anew leaves nothing behind. With keys of 8 bytes a
/// pending timer takes 28 bytes and its place in the index 9 at most; with room for growth, less than 48.
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
        var generation: UInt32
        /// Where the slot is in the heap.
        var place: UInt32
    }

    private var slots: [Slot] = []
    /// Slots, the earliest first; each has ``fanOut`` children.
    private var heap: [UInt32] = []
    private var index = TimerIndex()
    private var generation: UInt32 = 0

    /// No timer.
    public init() {}

    /// Number of pending timers.
    public var count: Int { heap.count }

    /// When the earliest is due; `nil`: none is pending. O(1).
    public var nextDue: Timestamp? { heap.first.map { Timestamp(nanoseconds: slots[Int($0)].time) } }

    /// When the timer of a key is due; `nil`: it has none. O(1) expected.
    public func due(of key: Key) -> Timestamp? {
        slot(of: key).map { Timestamp(nanoseconds: slots[$0].time) }
    }

    /// Sets the timer of a key, or moves it. O(log pending).
    ///
    /// - Returns: the timer's generation; generations ascend over the whole queue, and wrap after 2³² of them.
    /// - Precondition: fewer than 2³² − 1 timers are pending.
    @discardableResult
    public mutating func set(_ key: Key, at time: Timestamp) -> UInt32 {
        generation &+= 1
        if let slot = slot(of: key) {
            slots[slot].time = time.rawValue
            slots[slot].generation = generation
            let place = Int(slots[slot].place)
            if !siftUp(from: place) { siftDown(from: place) }
            return generation
        }
        precondition(slots.count < UInt32.max, "a queue holds fewer than 2^32 - 1 timers")
        makeRoom()
        heap.append(UInt32(slots.count))
        slots.append(Slot(time: time.rawValue, key: key, generation: generation, place: UInt32(heap.count - 1)))
        index.insert(slots.count - 1, hash: key.hashValue) { [slots] in slots[$0].key.hashValue }
        siftUp(from: heap.count - 1)
        return generation
    }

    /// Cancels the timer of a key. O(log pending).
    ///
    /// - Parameter generation: only the timer of this generation; `nil`: whichever is pending.
    /// - Returns: whether one was cancelled.
    @discardableResult
    public mutating func cancel(_ key: Key, generation: UInt32? = nil) -> Bool {
        guard let slot = slot(of: key), generation == nil || generation == slots[slot].generation else {
            return false
        }
        remove(UInt32(slot))
        return true
    }

    /// Takes out what is due up to and including `time`, at most `limit` of it, earliest first, and appends it to `due`.
    /// O(due · log pending); nothing is spent on timers that are not due.
    public mutating func advance(to time: Timestamp, limit: Int = .max, into due: inout [Due]) {
        var left = limit
        while left > 0, let first = heap.first, slots[Int(first)].time <= time.rawValue {
            let slot = slots[Int(first)]
            due.append(Due(key: slot.key, time: Timestamp(nanoseconds: slot.time), generation: slot.generation))
            remove(first)
            left -= 1
        }
    }
}

/// The heap.
extension TimerQueue {
    private static var fanOut: Int { 4 }

    /// Takes a slot out of heap and index; the last slot moves to its place, so slots stay dense.
    private mutating func remove(_ slot: UInt32) {
        let place = Int(slots[Int(slot)].place)
        index.remove(Int(slot), hash: slots[Int(slot)].key.hashValue) { [slots] in slots[$0].key.hashValue }
        let lastInHeap = heap.removeLast()
        if place < heap.count {
            put(lastInHeap, at: place)
            if !siftUp(from: place) { siftDown(from: place) }
        }
        let last = UInt32(slots.count - 1)
        if slot != last {
            slots[Int(slot)] = slots[Int(last)]
            heap[Int(slots[Int(slot)].place)] = slot
            index.renumber(Int(last), to: Int(slot), hash: slots[Int(slot)].key.hashValue)
        }
        slots.removeLast()
    }

    private func isEarlier(_ one: UInt32, _ other: UInt32) -> Bool {
        let (one, other) = (slots[Int(one)], slots[Int(other)])
        return one.time == other.time ? one.key < other.key : one.time < other.time
    }

    private mutating func put(_ slot: UInt32, at place: Int) {
        heap[place] = slot
        slots[Int(slot)].place = UInt32(place)
    }

    /// Returns whether the slot has moved.
    @discardableResult
    private mutating func siftUp(from start: Int) -> Bool {
        let slot = heap[start]
        var place = start
        while place > 0 {
            let parent = (place - 1) / Self.fanOut
            guard isEarlier(slot, heap[parent]) else { break }
            put(heap[parent], at: place)
            place = parent
        }
        put(slot, at: place)
        return place != start
    }

    private mutating func siftDown(from start: Int) {
        let slot = heap[start]
        var place = start
        while true {
            let firstChild = place * Self.fanOut + 1
            guard firstChild < heap.count else { break }
            var child = firstChild
            for other in firstChild..<min(firstChild + Self.fanOut, heap.count)
            where isEarlier(heap[other], heap[child]) {
                child = other
            }
            guard isEarlier(heap[child], slot) else { break }
            put(heap[child], at: place)
            place = child
        }
        put(slot, at: place)
    }
}

extension TimerQueue {
    /// Bytes that slots, heap and index have reserved: what the pending timers cost, room for growth included.
    public var reservedBytes: Int {
        slots.capacity * MemoryLayout<Slot>.stride + heap.capacity * MemoryLayout<UInt32>.stride + index.reservedBytes
    }

    private func slot(of key: Key) -> Int? { index.slot(hash: key.hashValue) { slots[$0].key == key } }

    /// Grows by a quarter: doubling would cost a timer twice its size just after.
    private mutating func makeRoom() {
        if slots.count == slots.capacity { slots.reserveCapacity(slots.count + slots.count / 4 + 16) }
        if heap.count == heap.capacity { heap.reserveCapacity(heap.count + heap.count / 4 + 16) }
    }
}
