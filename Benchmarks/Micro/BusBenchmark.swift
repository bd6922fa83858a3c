internal import Settlement

/// Notifications of four shards through the bus to one subscriber.
struct BusBenchmark {
    private let options: Options
    private static let shards = 4
    private static let batch = 512

    init(_ options: Options) { self.options = options }

    func run(into table: inout Table) async throws {
        var samples: [Sample] = []
        for _ in 0..<options.rounds { samples.append(try await Sample.measure { try await deliver() }) }
        table.append(
            .rate("bus, 4 shards to 1 subscriber", samples.median, target: "2 M/s", bound: "actor hops of batches")
        )
    }

    /// - Returns: notifications received; each shard's in order and without a gap.
    private func deliver() async throws -> Int {
        let each = options.accounts / Self.shards
        let bus = NotificationBus(heads: Array(repeating: 0, count: Self.shards), history: NoHistory())
        let everything = RegionSet(rawValue: .max)
        let subscription = try await bus.subscribe(
            name: "benchmark",
            regions: everything,
            bufferLimit: options.accounts
        )
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for shard in 0..<Self.shards {
                group.addTask {
                    await publish(each, shard: shard, to: bus)
                    return 0
                }
            }
            group.addTask { try await receive(Self.shards * each, from: subscription) }
            return try await group.reduce(0, +)
        }
    }

    private func publish(_ count: Int, shard: Int, to bus: NotificationBus) async {
        for start in stride(from: 0, to: count, by: Self.batch) {
            let notifications = (start..<min(start + Self.batch, count)).map { place in
                Notification(
                    shard: shard,
                    sequence: UInt64(place) + 1,
                    account: AccountID(UInt64(place)),
                    standing: Standing(state: .good, epoch: 2),
                    regions: RegionSet(RegionID(UInt8(place % 8))),
                    time: Workload.time
                )
            }
            await bus.publish(notifications, after: UInt64(start))
        }
    }

    private func receive(_ count: Int, from subscription: Subscription) async throws -> Int {
        var last = [UInt64](repeating: 0, count: Self.shards)
        var received = 0
        while received < count {
            guard case .notifications(let notifications, let cursor) = try await subscription.next(max: 4_096) else {
                throw BenchmarkFailure(description: "the bus has lost the past of a subscriber that kept up")
            }
            for notification in notifications {
                precondition(notification.sequence == last[notification.shard] + 1, "a notification is missing")
                last[notification.shard] = notification.sequence
            }
            received += notifications.count
            await subscription.acknowledge(cursor)
        }
        return received
    }
}
