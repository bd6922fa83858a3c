internal import Logging
internal import SettlementLedger
internal import Tracing

/// From a plan to the cloud.
extension RegionController {
    /// The two APIs that change something; each has its own queue and rate.
    enum CommandAPI {
        case start, stop

        var desk: WritableKeyPath<RegionState, RegionState.Desk> { self == .start ? \.starts : \.stops }
    }

    /// Issues commands in batches, a few at a time, as fast as the cloud allows.
    func issue(_ api: CommandAPI, on signal: WakeSignal) async throws(CancellationError) {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                switch state.nextCommands(api.desk, at: clock.monotonicNanoseconds) {
                case .call(let commands): group.addTask { await self.issue(commands, api) }
                case .wait(let deadline): try? await signal.wait(until: deadline, clock: clock)
                }
            }
        }
        throw CancellationError()
    }

    private func issue(_ planned: [InstanceCommand], _ api: CommandAPI) async {
        let commands = api == .stop ? await confirm(planned) : planned
        let issuedAt = clock.monotonicNanoseconds
        if !commands.isEmpty {
            observe(commands, issuedAt: issuedAt)
            let answer = await carryOut(commands, api)
            let now = clock.monotonicNanoseconds
            switch answer {
            case .success(let results):
                state.finish(commands, api.desk, results: results, issuedAt: issuedAt, at: now, time: clock.wallTime)
            case .failure(let error):
                state.fail(commands, api.desk, error: error, issuedAt: issuedAt, at: now)
            }
        }
        state[keyPath: api.desk].calls -= 1
        wake()
    }

    /// Reads the standings again, directly before a stop: an old epoch stops nothing, an unknown one neither.
    private func confirm(_ commands: [InstanceCommand]) async -> [InstanceCommand] {
        let standings: [Standing?]
        do {
            standings = try await source.standings(of: commands.map(\.account))
        } catch {
            logger.warning(
                "standings cannot be read, nothing is stopped",
                metadata: ["region": "\(driver.region.rawValue)", "reason": "\(error.reason)"]
            )
            state.withdraw(commands)
            return []
        }
        var confirmed: [InstanceCommand] = []
        var withdrawn: [InstanceCommand] = []
        for (command, standing) in zip(commands, standings) {
            if RegionPlan.mayStop(epoch: command.epoch, standing: standing) {
                confirmed.append(command)
            } else {
                withdrawn.append(command)
            }
        }
        state.withdraw(withdrawn)
        return confirmed
    }

    private func carryOut(_ commands: [InstanceCommand], _ api: CommandAPI) async -> Result<[ItemResult], DriverError> {
        switch api {
        case .start:
            let instances = commands.map(\.instance)
            return await call("start") { driver async throws(DriverError) in try await driver.start(instances) }
        case .stop:
            let orders = commands.map { StopOrder(instance: $0.instance, epoch: $0.epoch) }
            return await call("stop") { driver async throws(DriverError) in try await driver.stop(orders) }
        }
    }

    /// One call to the cloud in a span of its own: it serves many causes, so it is linked to the controller's context
    /// instead of being its child.
    func call<Answer: Sendable>(
        _ name: String,
        _ body: (any InstanceDriver) async throws(DriverError) -> Answer
    ) async -> Result<Answer, DriverError> {
        let origin = ServiceContext.current
        let answer: Result<Answer, DriverError> = await withSpan(
            "settlement.region.\(name)",
            context: .topLevel,
            ofKind: .client
        ) { span in
            span.attributes["settlement.region"] = Int(driver.region.rawValue)
            if let origin { span.addLink(SpanLink(context: origin, attributes: [:])) }
            do throws(DriverError) {
                return .success(try await body(driver))
            } catch {
                span.recordError(error)
                note(error, of: name)
                return .failure(error)
            }
        }
        switch answer {
        case .success, .failure(.throttled): isAnswering = true
        case .failure: isAnswering = false
        }
        return answer
    }

    /// To be throttled is everyday life: it is counted. Of real failures a log needs to know, but not of each. A call that
    /// ends with its controller has not failed.
    private func note(_ error: DriverError, of call: String) {
        guard !Task.isCancelled else { return }
        metrics.count(error)
        let metadata: Logger.Metadata = ["region": "\(driver.region.rawValue)", "call": "\(call)", "error": "\(error)"]
        if error != .throttled, let count = failures.add(at: clock.monotonicNanoseconds) {
            logger.warning("the cloud failed", metadata: metadata.merging(["failures": "\(count)"]) { old, _ in old })
        } else {
            logger.debug("the cloud did not do it", metadata: metadata)
        }
    }

    /// Every start is timed once, from its payment to its first call.
    private func observe(_ commands: [InstanceCommand], issuedAt: Int64) {
        for command in commands where !command.wasIssued {
            if let cause = command.cause {
                observer.observe(.dispatch, nanoseconds: issuedAt - cause.takenAt, count: 1, lane: cause.lane)
            }
            guard command.kind == .start else { continue }
            if let cause = command.cause, cause.intendedAt > 0 {
                let nanoseconds = max(0, issuedAt - cause.intendedAt)
                observer.observe(.rechargeToStart, nanoseconds: nanoseconds, count: 1, lane: cause.lane)
            } else {
                untimedStarts += 1
                metrics.countUntimedStart()
            }
        }
    }
}
