public import Settlement
public import SettlementLedger
internal import Synchronization

extension SimulatedRegion {
    /// A page in the order of numbers, perhaps stale.
    public func list(after token: PageToken?, limit: Int) async throws(DriverError) -> InstancePage {
        precondition((1...limits.page).contains(limit), "a page of this region has 1 to \(limits.page) instances")
        return try await call(\.reads, counting: \.listCalls) { state, now in
            let begin = token.flatMap { Int($0.rawValue) } ?? 0
            let end = min(begin + limit, state.table.count)
            let instances = Self.read(Array(begin..<max(begin, end)), from: &state, at: now)
            return InstancePage(
                instances: instances,
                next: end < state.table.count ? PageToken(rawValue: String(end)) : nil
            )
        }
    }

    /// All instances of the accounts, perhaps stale.
    public func instances(of accounts: [AccountID]) async throws(DriverError) -> [Instance] {
        precondition(accounts.count <= limits.batch, "a call of this region takes \(limits.batch) accounts")
        return try await call(\.reads, counting: \.queryCalls) { state, now in
            Self.read(accounts.flatMap { state.table.rows(of: $0).reversed() }, from: &state, at: now)
        }
    }

    /// Starts instances, one by one.
    public func start(_ instances: [InstanceID]) async throws(DriverError) -> [ItemResult] {
        precondition(instances.count <= limits.batch, "a call of this region takes \(limits.batch) instances")
        let issuedAt = clock.monotonicNanoseconds
        let truth = truth
        return try await call(\.startRequests, counting: \.startCalls) { state, now in
            instances.map { Self.start($0, in: &state, at: now, issuedAt: issuedAt, truth: truth) }
        }
    }

    /// Stops instances, one by one.
    public func stop(_ orders: [StopOrder]) async throws(DriverError) -> [ItemResult] {
        precondition(orders.count <= limits.batch, "a call of this region takes \(limits.batch) instances")
        let issuedAt = clock.monotonicNanoseconds
        let truth = truth
        return try await call(\.stopRequests, counting: \.stopCalls) { state, now in
            orders.map { Self.stop($0, in: &state, at: now, issuedAt: issuedAt, truth: truth) }
        }
    }

    /// A request travels, is admitted or not, has its effect, and its reply travels back or is lost.
    private func call<Answer: Sendable>(
        _ bucket: WritableKeyPath<State, TokenBucket>,
        counting calls: WritableKeyPath<RegionCounters, Int>,
        _ effect: (inout State, Int64) -> Answer
    ) async throws(DriverError) -> Answer {
        let latency = state.withLock { $0.behaviour.callLatency.sample(using: &$0.generator) + $0.behaviour.delay }
        try await travel(latency / 2)
        let now = clock.monotonicNanoseconds
        let outcome: Result<Answer, DriverError> = state.withLock { state in
            if state.behaviour.isOut { return .failure(.unavailable(reason: "region out")) }
            if state.happens(state.behaviour.lostRequest) { return .failure(.noReply) }
            state.counters[keyPath: calls] += 1
            guard state[keyPath: bucket].take(1, at: now) else {
                state.counters.throttledCalls += 1
                return .failure(.throttled)
            }
            if state.happens(state.behaviour.callFailure) { return .failure(.unavailable(reason: "internal error")) }
            let answer = effect(&state, now)
            if state.happens(state.behaviour.lostReply) {
                state.counters.lostReplies += 1
                return .failure(.noReply)
            }
            return .success(answer)
        }
        try await travel(latency - latency / 2)
        return try outcome.get()
    }

    private func travel(_ nanoseconds: Int64) async throws(DriverError) {
        if nanoseconds == 0 { return }
        do {
            try await clock.sleep(nanoseconds: nanoseconds)
        } catch {
            throw .noReply
        }
    }

    private static func read(_ rows: [Int], from state: inout State, at now: Int64) -> [Instance] {
        let isStale = state.happens(state.behaviour.staleRead)
        return rows.map { row in
            let face =
                isStale
                ? state.table.staleFace(row, at: now, staleness: state.behaviour.staleness)
                : state.table.face(row, at: now)
            return show(row, face, state.table)
        }
    }

    private static func start(
        _ id: InstanceID,
        in state: inout State,
        at now: Int64,
        issuedAt: Int64,
        truth: Truth
    ) -> ItemResult {
        let row = Int(id.rawValue)
        guard row < state.table.count else { return .notFound }
        guard state.startInstances.take(1, at: now) else { return state.throttle() }
        var face = state.table.face(row, at: now)
        if let refusal = state.refusal(row, face) { return refusal }
        guard face.state == .stopped else {
            if face.state == .running, face.mark != nil {
                // Its user has started it: our suspension is lifted all the same.
                face.locks.remove(.financial)
                face.mark = nil
                state.table.change(row, to: face, at: now)
            }
            return .alreadyInState
        }
        if state.happens(state.behaviour.noStock) { return .noStock }
        if face.mark?.priorState != .running || isContrary(.good, truth(state.table.accounts[row]), issuedAt) {
            state.counters.wrongStarts += 1
        }
        let duration = state.behaviour.startDuration.sample(using: &state.generator)
        let isStuck = state.happens(state.behaviour.stuckStart)
        face = InstanceTable.Face(state: .starting, locks: face.locks.subtracting(.financial), mark: nil)
        state.table.change(row, to: face, at: now, arrivesAt: isStuck ? .max : now + duration)
        state.counters.started += 1
        return .accepted
    }

    private static func stop(
        _ order: StopOrder,
        in state: inout State,
        at now: Int64,
        issuedAt: Int64,
        truth: Truth
    ) -> ItemResult {
        let row = Int(order.instance.rawValue)
        guard row < state.table.count else { return .notFound }
        guard state.stopInstances.take(1, at: now) else { return state.throttle() }
        var face = state.table.face(row, at: now)
        if let refusal = state.refusal(row, face) { return refusal }
        guard face.state == .running else {
            return face.state == .stopping || face.state == .stopped ? .alreadyInState : .unavailable
        }
        let truth = truth(state.table.accounts[row])
        if isContrary(.arrears, truth, issuedAt) || isOld(order.epoch, truth, issuedAt) {
            state.counters.wrongStops += 1
        }
        let duration = state.behaviour.stopDuration.sample(using: &state.generator)
        face = InstanceTable.Face(
            state: .stopping,
            locks: face.locks.union(.financial),
            mark: SuspensionMark(epoch: order.epoch, priorState: .running)
        )
        state.table.change(row, to: face, at: now, arrivesAt: now + duration)
        state.counters.stopped += 1
        return .accepted
    }

    /// Whether the account was in another state since before the call was issued. A change in the same instant is a
    /// race that no caller can win.
    private static func isContrary(
        _ wanted: Standing.State,
        _ truth: (standing: Standing, since: Int64)?,
        _ issuedAt: Int64
    ) -> Bool {
        guard let truth, truth.since < issuedAt else { return false }
        return truth.standing.state != wanted
    }

    private static func isOld(_ epoch: UInt32, _ truth: (standing: Standing, since: Int64)?, _ issuedAt: Int64) -> Bool
    {
        guard let truth, truth.since < issuedAt else { return false }
        return epoch < truth.standing.epoch
    }
}

extension SimulatedRegion.State {
    mutating func happens(_ share: Double) -> Bool {
        share > 0 && Double.random(in: 0..<1, using: &generator) < share
    }

    fileprivate mutating func throttle() -> ItemResult {
        counters.throttledItems += 1
        return .throttled
    }

    /// What every command on an instance may be refused for.
    fileprivate mutating func refusal(_ row: Int, _ face: InstanceTable.Face) -> ItemResult? {
        if face.state == .released { return .notFound }
        if table.isPrepaid[row] { return .wrongPayType }
        let foreign = face.locks.subtracting(.financial)
        if !foreign.isEmpty { return .locked(foreign) }
        return happens(behaviour.itemFailure) ? .unavailable : nil
    }
}
