internal import Logging
internal import Settlement
internal import SettlementLedger

/// From the bus to the queue of an endpoint, and from there to the network.
extension WebhookService {
    /// Hands an endpoint what the bus has for it, a little at a time. While it is disabled it takes nothing more.
    func relay(_ index: Int) async {
        guard let bus, desks[index].pace == nil else { return }
        do {
            let name = "webhook-\(desks[index].endpoint.name)"
            let subscription = try await bus.subscribe(
                name: name,
                regions: RegionSet(rawValue: .max),
                from: desks[index].cursor
            )
            // A crash before the first message must not lead to a later head.
            if desks[index].cursor == nil, let start = await bus.lags().first(where: { $0.name == name }) {
                desks[index].cursor = start.acknowledged
                settle(index)
            }
            while !Task.isCancelled {
                let cursor: BusCursor
                switch try await subscription.next(max: 64) {
                case .notifications(let notifications, let end):
                    for notification in notifications { desks[index].state.add(WebhookPayload.message(notification)) }
                    cursor = end
                case .resync(let shards, let end):
                    tellGap(index, shards, end)
                    cursor = end
                }
                desks[index].waiting.set()
                while desks[index].state.count > 0 { try await desks[index].drained.wait() }
                await subscription.acknowledge(cursor)
                desks[index].cursor = cursor
                settle(index)
            }
        } catch let regression as HeadRegression {
            fail(regression)
        } catch {
            logger.debug("webhook relay ends", metadata: ["endpoint": "\(desks[index].endpoint.name)"])
        }
    }

    /// Nobody knows what the journal has dropped: the receiver reads the accounts that it cares for.
    private func tellGap(_ index: Int, _ shards: [Int], _ cursor: BusCursor) {
        desks[index].state.gapCount += 1
        desks[index].state.add(WebhookPayload.gap(shards, cursor, at: clock.wallTime))
        logger.warning(
            "changes of standing were dropped before a webhook could tell them; the receiver is told to read accounts",
            metadata: ["endpoint": "\(desks[index].endpoint.name)", "shards": "\(shards)"]
        )
    }

    func serve(_ index: Int) async {
        while !Task.isCancelled {
            let now = clock.monotonicNanoseconds
            desks[index].digest(at: clock.wallTime.rawValue)
            if (desks[index].pace?.ready(at: now) ?? now) <= now, let next = desks[index].state.next(at: now) {
                desks[index].pace?.record(at: now)
                let (result, reason) = await attempt(next.message, next.attempt, desks[index].endpoint)
                finish(index, result, reason, next)
                if desks[index].state.count == 0 { desks[index].drained.set() }
                if let snapshot = memory?.takeSnapshotIfDue() { await snapshot.write() }
            } else {
                let due = desks[index].state.nextDue.map { max($0, desks[index].pace?.ready(at: now) ?? $0) }
                try? await desks[index].waiting.wait(until: due, clock: clock)
            }
        }
    }

    private func finish(
        _ index: Int,
        _ result: EndpointState.Result,
        _ reason: String,
        _ call: (message: WebhookMessage, attempt: Int)
    ) {
        let (done, lost) = (desks[index].done, desks[index].state.lostCount)
        desks[index].state.finish(result, at: clock.monotonicNanoseconds, using: &generator)
        desks[index].state.lastFailure = result == .delivered ? nil : reason
        if desks[index].done != done { settle(index) }
        if result == .delivered { return }
        var metadata: Logger.Metadata = [
            "endpoint": "\(desks[index].endpoint.name)", "message": "\(call.message.id)",
            "attempt": "\(call.attempt)", "reason": "\(reason)",
        ]
        if let disabled = desks[index].state.disabled {
            metadata["disabled"] = "\(disabled)"
            logger.error("a webhook endpoint is not served any more; its messages wait", metadata: metadata)
        } else if desks[index].state.lostCount > lost {
            logger.error("a webhook message was given up", metadata: metadata)
        } else {
            logger.warning("a webhook failed", metadata: metadata)
        }
    }

    /// Resolves, checks every address, connects to one of those that were checked.
    private func attempt(
        _ message: WebhookMessage,
        _ attempt: Int,
        _ endpoint: WebhookEndpoint
    ) async -> (EndpointState.Result, reason: String) {
        do throws(TransportFailure) {
            let addresses: [IPAddress]
            if let address = endpoint.url.address {
                addresses = [address]
            } else {
                addresses = try await transport.resolve(endpoint.url.host)
            }
            guard let address = rules.choose(from: addresses, attempt: attempt) else {
                return (.failed(retryAfterNanoseconds: nil), "the name leads to a forbidden address, or to none")
            }
            let request = endpoint.request(
                message,
                to: address,
                milliseconds: clock.wallTime.rawValue / 1_000_000,
                timeoutNanoseconds: settings.timeoutNanoseconds
            )
            return endpoint.result(of: try await transport.post(request))
        } catch {
            return (.failed(retryAfterNanoseconds: nil), error.reason)
        }
    }
}
