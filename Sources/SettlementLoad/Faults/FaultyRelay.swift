internal import Settlement

/// Stands between the pool's bus and the controllers' and loses or repeats notifications while a fault is on.
///
/// What is lost leaves no gap: nobody can know, and only a sweep finds what was meant.
struct FaultyRelay: Sendable {
    /// What the controllers subscribe to.
    let bus: NotificationBus
    private let source: NotificationBus
    private let board: FaultBoard
    private let seed: UInt64

    init(_ source: NotificationBus, board: FaultBoard, seed: UInt64) {
        self.source = source
        self.board = board
        self.seed = seed
        bus = NotificationBus()
    }

    private static let name = "fault-relay"

    /// A controller that falls behind is told to list its region, which is always right.
    private struct NoHistory: NotificationHistory {
        func notifications(
            shard: Int,
            after sequence: UInt64,
            limit: Int
        ) async throws(HistoryUnavailable) -> HistoryPage { .gone }
    }

    /// Passes on what is published from now on, until the task is cancelled.
    func run() async {
        var random = RandomStream(seed: seed, purpose: .faults)
        do {
            let subscription = try await source.subscribe(
                name: Self.name,
                regions: RegionSet(rawValue: .max),
                bufferLimit: 1_000_000
            )
            guard var last = await source.lags().first(where: { $0.name == Self.name })?.acknowledged.sequences else {
                return
            }
            try await bus.open(heads: last, history: NoHistory())
            while true {
                guard case .notifications(let batch, let cursor) = try await subscription.next(max: 4_096) else {
                    continue
                }
                let isRepeated = happens(.duplicatedNotifications, &random)
                for part in parts(of: batch.filter { _ in !happens(.droppedNotifications, &random) }) {
                    let shard = part[0].shard
                    for _ in 0..<(isRepeated ? 2 : 1) { await bus.publish(part, after: last[shard]) }
                    last[shard] = part[part.count - 1].sequence
                }
                await subscription.acknowledge(cursor)
            }
        } catch {
            return
        }
    }

    /// What follows each other in one shard.
    private func parts(of batch: [Notification]) -> [[Notification]] {
        var parts: [[Notification]] = []
        for notification in batch {
            if parts.last?.first?.shard == notification.shard {
                parts[parts.count - 1].append(notification)
            } else {
                parts.append([notification])
            }
        }
        return parts
    }

    private func happens(_ kind: FaultProfile.Kind, _ random: inout RandomStream) -> Bool {
        guard let fault = board.active(kind).first else { return false }
        return random.next(below: UInt64(Share.all.partsPerBillion)) < UInt64(fault.share.partsPerBillion)
    }
}
