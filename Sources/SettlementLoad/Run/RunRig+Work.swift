internal import Settlement

extension RunRig {
    /// What the pool and the controllers tell of themselves.
    ///
    /// - Parameter usage: what the process has used so far.
    func gauges(usage: @escaping @Sendable () -> ProcessUsage?) -> RunGauges {
        RunGauges(
            queueDepths: { [pool] in pool.queueDepths },
            regions: regionNames,
            regionDepths: { [controllers] in
                var depths: [Int] = []
                for controller in controllers {
                    let backlog = await controller.backlog
                    depths.append(backlog.dirtyKeys + backlog.lookups + backlog.starts + backlog.stops)
                }
                return depths
            },
            untimedStarts: { [controllers] in
                var starts = 0
                for controller in controllers { starts += await controller.untimedStarts }
                return starts
            },
            usage: usage
        )
    }

    /// Suspends until every controller has compared all its instances with their accounts' standings once.
    func waitUntilSwept() async {
        for controller in controllers {
            while await controller.sweepsCompleted == 0 {
                do throws(CancellationError) { try await clock.sleep(nanoseconds: 5_000_000) } catch { return }
            }
        }
    }

    /// Suspends until nobody has work left, at most until `deadline`.
    /// - Returns: starts that are still under way, with accounts of which that is not known yet, and those given up.
    func waitUntilIdle(deadline: Int64) async -> (unfinished: Int64, givenUp: Int64) {
        // What is between two actors shows at neither: only who is idle twice is idle.
        var looks = 0
        while clock.monotonicNanoseconds < deadline {
            looks = await isIdle() ? looks + 1 : 0
            if looks == 2 { break }
            do throws(CancellationError) { try await clock.sleep(nanoseconds: 20_000_000) } catch { break }
        }
        var (unfinished, givenUp) = (poll?.waitingCount ?? 0, 0)
        for controller in controllers {
            let backlog = await controller.backlog
            unfinished += backlog.dirtyKeys + backlog.starts + backlog.inFlight + backlog.outstanding
            givenUp += backlog.deadLetters
        }
        return looks == 2 ? (0, Int64(givenUp)) : (Int64(unfinished), Int64(givenUp))
    }

    private func isIdle() async -> Bool {
        var waiting = poll?.waitingCount ?? 0
        for bus in [pool.bus, relay?.bus, poll?.bus].compactMap(\.self) {
            for lag in await bus.lags() { waiting += lag.buffered + lag.laggingShards.count }
        }
        for controller in controllers {
            let backlog = await controller.backlog
            waiting += backlog.dirtyKeys + backlog.lookups + backlog.starts + backlog.stops
            waiting += backlog.inFlight + backlog.outstanding
        }
        return waiting == 0
    }
}
