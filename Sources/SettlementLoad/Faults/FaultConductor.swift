internal import Settlement
internal import SettlementTestKit

/// Turns faults on and off at their times, and watches how long their traces last.
struct FaultConductor: Sendable {
    let profile: LoadProfile
    let rig: RunRig
    let board: FaultBoard
    /// Monotonic time at which the run began.
    let origin: Int64
    /// Between two looks, in nanoseconds.
    let tickNanoseconds: Int64
    let results: Shared<[FaultResult]>

    private struct Watch {
        var fault: FaultProfile
        var isOn = false
        var recovery: RecoveryWatch
        /// Sweeps that each controller had completed when the fault ended.
        var sweeps: [Int]?
    }

    /// Works until the task is cancelled; then everything is as the profile says and the results are complete.
    func run() async {
        guard !profile.faults.isEmpty else { return }
        await withDiscardingTaskGroup { group in
            if board.has(.deadSubscriber) { group.addTask { await self.subscribe() } }
            await conduct()
            group.cancelAll()
        }
    }

    /// Suspends until everything has recovered, at most until `deadline`.
    func waitUntilRecovered(deadline: Int64) async {
        while rig.clock.monotonicNanoseconds < deadline, results.withLock({ $0.contains { $0.recovered == nil } }) {
            do throws(CancellationError) { try await rig.clock.sleep(nanoseconds: tickNanoseconds) } catch { return }
        }
    }

    private func conduct() async {
        var watches = profile.faults.map { Watch(fault: $0, recovery: RecoveryWatch($0)) }
        while !Task.isCancelled {
            let now = rig.clock.monotonicNanoseconds - origin
            for index in watches.indices {
                await turn(&watches[index], number: index, at: now)
                let gauge = await gauge(of: watches[index])
                watches[index].recovery.observe(gauge, at: now)
            }
            note(watches)
            let changes = watches.flatMap { [$0.fault.start, $0.fault.end] }.filter { $0 > now }
            let next = min(now + tickNanoseconds, changes.min() ?? .max)
            try? await rig.clock.sleep(untilMonotonic: origin + next)
        }
        for index in watches.indices {
            board.set(index, isOn: false)
            // A fault that the run did not live to see the end of has no recovery.
            if rig.clock.monotonicNanoseconds - origin >= watches[index].fault.end { watches[index].recovery.finish() }
        }
        for region in profile.faults.compactMap(\.region) { apply(to: region) }
        note(watches)
    }

    private func turn(_ watch: inout Watch, number: Int, at now: Int64) async {
        let isOn = (watch.fault.start..<watch.fault.end).contains(now)
        if isOn != watch.isOn {
            watch.isOn = isOn
            board.set(number, isOn: isOn)
            if let region = watch.fault.region { apply(to: region) }
        }
        if watch.sweeps == nil, now >= watch.fault.end { watch.sweeps = await sweepsCompleted() }
    }

    /// Makes a region behave as the profile and the faults that are on say.
    private func apply(to name: String) {
        guard let index = rig.regionNames.firstIndex(of: name) else { return }
        let region = rig.regions[index]
        func isHere(_ fault: FaultProfile) -> Bool { fault.region == name }
        var behaviour = RegionBehaviour(profile.region(named: name))
        behaviour.isOut = board.active(.regionOutage).contains(where: isHere)
        behaviour.delay = board.active(.slowRegion).filter(isHere).reduce(0) { $0 + $1.latency }
        region.behaviour = behaviour
        let rates = board.active(.throttledRegion).filter(isHere).compactMap(\.rate)
        region.throttleCommands(to: rates.min { $0.perSecond < $1.perSecond }.map { TokenRate($0) })
    }

    /// What has piled up: the smaller, the better.
    private func gauge(of watch: Watch) async -> Int {
        switch watch.fault.kind {
        case .regionOutage, .slowRegion, .throttledRegion:
            guard let index = rig.regionNames.firstIndex(of: watch.fault.region ?? "") else { return 0 }
            return await rig.controllers[index].backlog.waiting
        case .slowDisk:
            return rig.pool.queueDepths.reduce(0, +)
        case .slowShard:
            let depths = rig.pool.queueDepths
            return watch.fault.shard.map { depths[$0] } ?? depths.reduce(0, +)
        case .deadSubscriber:
            guard let lag = await rig.pool.bus.lags().first(where: { $0.name == Self.subscriber }) else { return 0 }
            return lag.buffered + lag.laggingShards.count
        case .droppedNotifications, .duplicatedNotifications:
            var gauge = 0
            for controller in rig.controllers { gauge += await controller.backlog.waiting }
            guard watch.fault.kind == .droppedNotifications, let before = watch.sweeps else { return gauge }
            // What nobody was told of is found by a sweep that began after the fault: the second to end.
            let behind = zip(await sweepsCompleted(), before).count { $0 < $1 + 2 }
            return behind > 0 ? .max : gauge
        }
    }

    private func sweepsCompleted() async -> [Int] {
        var sweeps: [Int] = []
        for controller in rig.controllers { sweeps.append(await controller.sweepsCompleted) }
        return sweeps
    }

    private func note(_ watches: [Watch]) {
        let all = watches.map { watch in
            FaultResult(
                name: watch.fault.name,
                kind: watch.fault.kind.rawValue,
                region: watch.fault.region,
                shard: watch.fault.shard,
                start: watch.fault.start,
                end: watch.fault.end,
                recovered: watch.recovery.recovered
            )
        }
        results.withLock { $0 = all }
    }

    private static let subscriber = "bystander"

    /// One more subscriber of the bus, which stops reading while the fault is on.
    private func subscribe() async {
        guard
            let subscription = try? await rig.pool.bus.subscribe(
                name: Self.subscriber,
                regions: RegionSet(rawValue: .max),
                bufferLimit: 4_096
            )
        else { preconditionFailure("a subscription at the head cannot be beyond it") }
        do {
            while true {
                let delivery = try await subscription.next(max: 4_096)
                while !board.active(.deadSubscriber).isEmpty {
                    try await rig.clock.sleep(nanoseconds: tickNanoseconds)
                }
                switch delivery {
                case .notifications(_, let cursor), .resync(_, let cursor): await subscription.acknowledge(cursor)
                }
            }
        } catch {
            // The run is over.
        }
    }
}

extension RegionBacklog {
    /// Everything that a controller still has to do before it is up to date.
    var waiting: Int { dirtyKeys + lookups + starts + stops }
}
