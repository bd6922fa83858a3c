internal import Settlement

/// Stands between the pool's bus and the controllers' and loses or repeats notifications while a fault is on.
///
/// Numbers of notifications are its own. So what is lost leaves no gap: nobody can know, and only a sweep finds what was
/// meant; and what is repeated is not passed over as known.
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

    /// Passes on what is published from now on, until the task is cancelled.
    func run() async {
        var random = RandomStream(seed: seed, purpose: .faults)
        do {
            let subscription = try await source.subscribe(
                name: Self.name,
                regions: RegionSet(rawValue: .max),
                bufferLimit: 1_000_000
            )
            guard let lag = await source.lags().first(where: { $0.name == Self.name }) else {
                preconditionFailure("a subscriber has a lag")
            }
            var numbers = lag.acknowledged.sequences.map { _ in UInt64(0) }
            try await bus.open(heads: numbers, history: NoHistory())
            while true {
                switch try await subscription.next(max: 4_096) {
                case .notifications(let batch, let cursor):
                    let passed = batch.flatMap { notification in
                        Array(repeating: notification, count: copies(&random))
                    }
                    for part in parts(of: passed) { await publish(part, after: &numbers[part[0].shard]) }
                    await subscription.acknowledge(cursor)
                case .resync(let shards, let cursor):
                    // A gap before what comes next: controllers then list what they may have missed.
                    for shard in shards { numbers[shard] += 1 }
                    await subscription.acknowledge(cursor)
                }
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

    private func publish(_ part: [Notification], after number: inout UInt64) async {
        let previous = number
        var renumbered = part
        for index in renumbered.indices {
            number += 1
            renumbered[index].sequence = number
        }
        await bus.publish(renumbered, after: previous)
    }

    /// How often a notification is passed on.
    private func copies(_ random: inout RandomStream) -> Int {
        if happens(.droppedNotifications, &random) { return 0 }
        return happens(.duplicatedNotifications, &random) ? 2 : 1
    }

    /// Whether one of the faults that are on strikes.
    private func happens(_ kind: FaultProfile.Kind, _ random: inout RandomStream) -> Bool {
        board.active(kind).contains { fault in
            random.next(below: UInt64(Share.all.partsPerBillion)) < UInt64(fault.share.partsPerBillion)
        }
    }
}
