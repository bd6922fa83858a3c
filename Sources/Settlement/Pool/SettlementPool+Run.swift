internal import Logging
internal import ServiceLifecycle
internal import SettlementJournal
internal import SettlementLedger

extension SettlementPool {
    /// Runs the pool's housekeeping — snapshots, ended deferrals, expired funds — until graceful shutdown or cancellation,
    /// then drains and closes the journal.
    public func run() async throws {
        await untilGracefulShutdown { await self.keepHouse() }
        try await shutdown()
    }

    /// Turns new commands away, waits until every admitted one is durable or refused, and closes the journal: callers may
    /// resume just after.
    ///
    /// Reads still work afterwards as long as they rest on what is durable. Called by ``run()``; call it yourself only
    /// if you do not run the pool as a service. Calling it again does nothing.
    public func shutdown() async throws(SettlementError) {
        for shard in shards { shard.admission.close() }
        for shard in shards { await shard.admission.waitUntilEmpty() }
        do throws(JournalFailure) {
            try await journal.close()
        } catch {
            throw SettlementError(.journalFailed, "closing the journal: \(error)")
        }
        logger.info("pool closed")
    }

    /// Snapshots every shard now, in the bulk lane, while work goes on.
    public func snapshot() async throws(SettlementError) {
        for shard in shards { try await snapshot(shard) }
    }

    private func keepHouse() async {
        while true {
            do throws(CancellationError) {
                try await clock.sleep(nanoseconds: await untilHousekeeping())
            } catch {
                return
            }
            metrics.record(depths: queueDepths)
            await endWhatHasExpired()
            await snapshotWhereDue()
        }
    }

    /// The period, or less if a fund or a deferral ends before. One that could not be ended in time waits for the next
    /// round.
    private func untilHousekeeping() async -> Int64 {
        var wait = configuration.housekeepingNanoseconds
        let time = now
        for shard in shards {
            guard let expiry = await shard.nextExpiry, expiry > time else { continue }
            wait = min(wait, expiry.rawValue - time.rawValue)
        }
        return wait
    }

    private func snapshotWhereDue() async {
        guard configuration.snapshotEveryEntries > 0 else { return }
        for shard in shards where await shard.entriesSinceSnapshot >= configuration.snapshotEveryEntries {
            do throws(SettlementError) {
                try await snapshot(shard)
            } catch {
                logger.error("snapshot failed", metadata: ["shard": "\(shard.index)", "error": "\(error)"])
            }
        }
    }

    private func snapshot(_ shard: BillingShard) async throws(SettlementError) {
        let started = clock.monotonicNanoseconds
        guard let bytes = try await shard.snapshot() else { return }
        let milliseconds = (clock.monotonicNanoseconds - started) / 1_000_000
        logger.info(
            "snapshot taken",
            metadata: ["shard": "\(shard.index)", "bytes": "\(bytes)", "milliseconds": "\(milliseconds)"]
        )
    }
}
