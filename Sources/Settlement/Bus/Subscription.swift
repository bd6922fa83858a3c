/// What a subscriber receives.
public enum Delivery: Sendable, Hashable {
    /// In order within each shard. `cursor` is to be acknowledged when they have taken effect.
    case notifications([Notification], cursor: BusCursor)
    /// The past of these shards is gone: look at everything they may concern, then acknowledge.
    case resync(shards: [Int], cursor: BusCursor)
}

/// One subscriber's end of the bus. It has one reader.
public struct Subscription: Sendable {
    /// The name it was made with.
    public let name: String
    let bus: NotificationBus
    let id: UInt64
    let signal: WakeSignal

    /// Waits for something to take. At least once: what was not acknowledged comes again to the next subscription of
    /// this name.
    ///
    /// - Parameter limit: At most so many notifications, at least 1.
    /// - Throws: `CancellationError` when the task is cancelled or another subscription has taken over the name.
    public func next(max limit: Int) async throws(CancellationError) -> Delivery {
        while true {
            if let delivery = try await bus.take(subscriber: id, limit: limit) { return delivery }
            try await signal.wait()
        }
    }

    /// Everything up to `cursor` has taken effect and need not be delivered again.
    public func acknowledge(_ cursor: BusCursor) async {
        await bus.acknowledge(cursor, subscriber: id)
    }
}
