internal import Synchronization

/// Which durable cells are where. Written by whoever extends the log, read by readers and by the removal of old segments.
final class SegmentIndex: Sendable {
    /// A place from which a reader can begin: a frame boundary and what precedes it.
    struct Waypoint: Sendable {
        var offset: Int
        var sequences: [UInt64]
    }

    struct Segment: Sendable {
        var number: UInt64
        /// The first stands at the segment's first frame.
        var waypoints: [Waypoint]
    }

    private struct State: Sendable {
        var segments: [Segment] = []
        var end: LogPosition
    }

    /// A reader skips at most about this much of the log before it finds its cell.
    private static let waypointSpacing = 1 << 20

    private let state: Mutex<State>

    /// An index of a log that begins, still without a segment, at `start`.
    init(start: LogPosition) {
        state = Mutex(State(end: start))
    }

    /// A segment begins where the log ends.
    func begin(at position: LogPosition) {
        state.withLock {
            let start = Waypoint(offset: position.offset, sequences: position.sequences)
            $0.segments.append(Segment(number: position.segment, waypoints: [start]))
            $0.end = position
        }
    }

    /// The log has become longer by a durable group. O(frames of the group), one lock.
    func extend(
        to offset: Int,
        chain: Chain,
        epoch: UInt32,
        lastSequences: some Sequence<(shard: Int, sequence: UInt64)>
    ) {
        state.withLock { state in
            for (shard, sequence) in lastSequences { state.end.sequences[shard] = sequence }
            state.end.offset = offset
            state.end.chain = chain
            state.end.epoch = epoch
            let segment = state.segments.count - 1
            let last = state.segments[segment].waypoints.last?.offset ?? 0
            if offset - last >= Self.waypointSpacing {
                let waypoint = Waypoint(offset: offset, sequences: state.end.sequences)
                state.segments[segment].waypoints.append(waypoint)
            }
        }
    }

    /// The end of the durable log.
    var end: LogPosition { state.withLock { $0.end } }

    func durableSequence(shard: Int) -> UInt64 {
        state.withLock { $0.end.sequences[shard] }
    }

    enum Location: Hashable {
        /// Frames from `offset` up to `end` of this segment, in which the wanted cell may be, or of the segments behind it.
        case segment(UInt64, offset: Int, end: Int?)
        case nothingLater
        case gone(oldest: UInt64)
    }

    /// Where the shard's first cell after `sequence` is. O(log segments + log waypoints).
    func locate(shard: Int, after sequence: UInt64) -> Location {
        state.withLock { state in
            guard sequence < state.end.sequences[shard] else { return .nothingLater }
            let segment = Self.last(state.segments) { $0.waypoints[0].sequences[shard] <= sequence }
            guard let segment else {
                return .gone(oldest: (state.segments.first?.waypoints[0].sequences[shard] ?? 0) + 1)
            }
            let found = state.segments[segment]
            let waypoint = Self.last(found.waypoints) { $0.sequences[shard] <= sequence } ?? 0
            let isLast = segment == state.segments.count - 1
            return .segment(
                found.number,
                offset: found.waypoints[waypoint].offset,
                end: isLast ? state.end.offset : nil
            )
        }
    }

    /// Segments, oldest first, all of whose cells of every shard are at or before `bounds`. Never the last one.
    func removable(upTo bounds: [UInt64]) -> [UInt64] {
        state.withLock { state in
            var numbers: [UInt64] = []
            for (segment, next) in zip(state.segments, state.segments.dropFirst()) {
                guard zip(next.waypoints[0].sequences, bounds).allSatisfy({ $0 <= $1 }) else { break }
                numbers.append(segment.number)
            }
            return numbers
        }
    }

    /// The segment is about to be removed: readers must not look there any more.
    func forget(_ number: UInt64) {
        state.withLock { $0.segments.removeAll { $0.number == number } }
    }

    /// The last index whose element satisfies a predicate that never becomes true again once false.
    private static func last<Element>(_ elements: [Element], where holds: (Element) -> Bool) -> Int? {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if holds(elements[middle]) { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
