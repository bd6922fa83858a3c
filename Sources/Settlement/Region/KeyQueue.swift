internal import DequeModule
internal import HeapModule

/// Keys that have to be looked at, each at most once at a time, like the work queue of a Kubernetes controller.
///
/// A key that is marked while it is being processed is processed again afterwards: its news cannot be lost, and two
/// tasks never work on one key. Urgent keys overtake routine ones.
struct KeyQueue<Key: Hashable> {
    enum Urgency: Comparable { case routine, urgent }

    /// When a key is wanted again.
    private enum Mark: Equatable {
        case now(Urgency)
        case at(Int64)
    }

    /// Can transition to: waiting → processing. delayed → waiting. processing → waiting, delayed, absent.
    private enum Place: Equatable {
        case waiting(Urgency)
        case delayed(until: Int64)
        case processing(then: Mark?)
    }

    private struct Alarm: Comparable {
        let due: Int64
        let order: UInt64
        let key: Key
        static func < (a: Self, b: Self) -> Bool { (a.due, a.order) < (b.due, b.order) }
        static func == (a: Self, b: Self) -> Bool { a.due == b.due && a.order == b.order }
    }

    private var places: [Key: Place] = [:]
    /// An entry counts only while `places` says the same of its key.
    private var urgent: Deque<Key> = []
    private var routine: Deque<Key> = []
    private var alarms: Heap<Alarm> = []
    private var alarmsSet: UInt64 = 0
    private var waitingCount = 0

    /// Keys that wait, are delayed or are being processed.
    var count: Int { places.count }

    /// Marks a key. O(1).
    mutating func add(_ key: Key, _ urgency: Urgency) {
        switch places[key] {
        case nil, .delayed: enqueue(key, urgency)
        case .waiting(let current): if urgency > current { enqueue(key, urgency) }
        case .processing(.now(let current)): places[key] = .processing(then: .now(max(urgency, current)))
        case .processing: places[key] = .processing(then: .now(urgency))
        }
    }

    /// Marks a key for `instant`, unless it is to be looked at before that anyway. O(log n).
    mutating func add(_ key: Key, at instant: Int64) {
        switch places[key] {
        case nil: delay(key, until: instant)
        case .delayed(let until): if instant < until { delay(key, until: instant) }
        case .waiting, .processing(.now): break
        case .processing(.at(let until)): places[key] = .processing(then: .at(min(until, instant)))
        case .processing(nil): places[key] = .processing(then: .at(instant))
        }
    }

    /// At most `limit` keys to process now, in the order of marking, urgent ones first.
    mutating func take(limit: Int, at now: Int64) -> [Key] {
        while let alarm = nextAlarm, alarm.due <= now {
            alarms.removeMin()
            enqueue(alarm.key, .urgent)
        }
        var taken: [Key] = []
        while taken.count < limit, let key = pop() {
            places[key] = .processing(then: nil)
            waitingCount -= 1
            taken.append(key)
        }
        return taken
    }

    /// The key has been processed.
    mutating func finish(_ key: Key) {
        guard case .processing(let mark) = places.removeValue(forKey: key) else {
            preconditionFailure("a key was finished that is not being processed")
        }
        switch mark {
        case nil: break
        case .now(let urgency): enqueue(key, urgency)
        case .at(let instant): delay(key, until: instant)
        }
    }

    /// Whether a key can be taken now.
    mutating func hasReady(at now: Int64) -> Bool {
        if let alarm = nextAlarm, alarm.due <= now { return true }
        return waitingCount > 0
    }

    /// When the next delayed key is due; `nil`: none.
    var nextDue: Int64? {
        mutating get { nextAlarm?.due }
    }

    private var nextAlarm: Alarm? {
        mutating get {
            while let alarm = alarms.min, places[alarm.key] != .delayed(until: alarm.due) { alarms.removeMin() }
            return alarms.min
        }
    }

    private mutating func enqueue(_ key: Key, _ urgency: Urgency) {
        if case .waiting = places.updateValue(.waiting(urgency), forKey: key) {} else { waitingCount += 1 }
        switch urgency {
        case .urgent: urgent.append(key)
        case .routine: routine.append(key)
        }
    }

    private mutating func delay(_ key: Key, until instant: Int64) {
        places[key] = .delayed(until: instant)
        alarmsSet += 1
        alarms.insert(Alarm(due: instant, order: alarmsSet, key: key))
    }

    private mutating func pop() -> Key? {
        while let key = urgent.popFirst() {
            if places[key] == .waiting(.urgent) { return key }
        }
        while let key = routine.popFirst() {
            if places[key] == .waiting(.routine) { return key }
        }
        return nil
    }
}
