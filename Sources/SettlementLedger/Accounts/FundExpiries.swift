internal import HeapModule

/// When which account has a fund that expires.
///
/// 16 bytes for each fund with an expiry, until that has come: a fund that is used up before leaves its node behind. It
/// says nothing that the accounts do not say, so it is neither captured nor part of the digest.
struct FundExpiries: Sendable {
    private struct Node: Comparable, Sendable {
        var expiry: Int64
        var slot: UInt32

        static func < (a: Self, b: Self) -> Bool { (a.expiry, a.slot) < (b.expiry, b.slot) }
    }

    private var nodes = Heap<Node>()

    /// The earliest instant at which a fund may expire.
    var next: Timestamp? { nodes.min.map { Timestamp(rawValue: $0.expiry) } }

    mutating func add(_ expiry: Timestamp, slot: UInt32) {
        nodes.insert(Node(expiry: expiry.rawValue, slot: slot))
    }

    /// The slots that have a fund to be ended by `time`, ascending, of as many funds as `limit` says. They are named again
    /// until it is gone.
    mutating func due(at time: Timestamp, atMost limit: Int, isHeld: (UInt32, Timestamp) -> Bool) -> [UInt32] {
        var held: [Node] = []
        while held.count < limit, let first = nodes.min, first.expiry <= time.rawValue {
            nodes.removeMin()
            if first != held.last, isHeld(first.slot, Timestamp(rawValue: first.expiry)) { held.append(first) }
        }
        nodes.insert(contentsOf: held)
        return Set(held.map(\.slot)).sorted()
    }
}
