internal import HeapModule

/// When which account has something that ends by its date: a fund, a deferral.
///
/// 16 bytes for each, until its instant has come: what is used up, renewed or removed before leaves its node behind. It
/// says nothing that the accounts do not say, so it is neither captured nor part of the digest.
struct Expiries: Sendable {
    private struct Node: Comparable, Sendable {
        var expiry: Int64
        var slot: UInt32

        static func < (a: Self, b: Self) -> Bool { (a.expiry, a.slot) < (b.expiry, b.slot) }
    }

    private var nodes = Heap<Node>()
    /// Up to when it was asked what is due.
    private var passed = Int64.min

    /// The earliest instant at which something may end.
    var next: Timestamp? { nodes.min.map { Timestamp(rawValue: $0.expiry) } }

    mutating func add(_ expiry: Timestamp, slot: UInt32) {
        nodes.insert(Node(expiry: expiry.rawValue, slot: slot))
    }

    /// Adds what a command of an earlier time has brought back after its instant was passed. O(1) if it was not.
    mutating func addIfPassed(_ expiry: Timestamp, slot: UInt32) {
        if expiry.rawValue <= passed { add(expiry, slot: slot) }
    }

    /// The slots that have something to be ended by `time`, ascending, of as many things as `limit` says. They are named
    /// again until it is gone.
    mutating func due(at time: Timestamp, atMost limit: Int, isHeld: (UInt32, Timestamp) -> Bool) -> [UInt32] {
        passed = max(passed, time.rawValue)
        var held: [Node] = []
        while held.count < limit, let first = nodes.min, first.expiry <= time.rawValue {
            nodes.removeMin()
            if first != held.last, isHeld(first.slot, Timestamp(rawValue: first.expiry)) { held.append(first) }
        }
        nodes.insert(contentsOf: held)
        return Set(held.map(\.slot)).sorted()
    }
}
