internal import Settlement

/// Callers in a closed loop: each asks, waits for the answer, thinks, and asks again until its stage is over.
///
/// What they ask for is random from the seed, but how often depends on the answers: their latencies say how long an answer
/// takes, not how long a customer would wait who comes at a time of his own.
struct CallerDriver: Sendable {
    let profile: LoadProfile
    let driver: ArrivalDriver
    let suspended: SuspendedOrder

    init(profile: LoadProfile, driver: ArrivalDriver, suspended: SuspendedOrder) {
        self.profile = profile
        self.suspended = suspended
        var driver = driver
        driver.isOpenLoop = false
        self.driver = driver
    }

    /// Runs all callers of all stages, each group from the beginning of its stage to its end.
    func drive() async {
        await withDiscardingTaskGroup { group in
            for (index, stage) in profile.stages.enumerated() {
                for kind in ArrivalKind.allCases {
                    guard let callers = stage.load(kind)?.callers else { continue }
                    for caller in 0..<callers.count {
                        group.addTask { await self.call(kind, stage: index, callers: callers, caller: caller) }
                    }
                }
            }
        }
    }

    private func call(_ kind: ArrivalKind, stage: Int, callers: CallerGroup, caller: Int) async {
        guard
            let maker = ArrivalMaker(
                kind,
                in: profile.stages[stage],
                population: driver.population,
                suspended: suspended
            )
        else { return }
        let end = driver.stages.ends[stage]
        let item = UInt64(stage) << 40 | UInt64(kind.rawValue) << 32 | UInt64(caller)
        var random = RandomStream(seed: profile.seed, purpose: .callers, item: item)
        let think = Sampler(callers.think)
        // Numbers of different callers never meet, nor those of open-loop arrivals; a key has room for 57 bits.
        var number = UInt64(stage + 1) << 49 | UInt64(caller) << 32
        var position = caller
        do throws(CancellationError) {
            try await driver.clock.sleep(
                untilMonotonic: driver.stages.origin + end - profile.stages[stage].durationNanoseconds
            )
            while true {
                let now = driver.clock.monotonicNanoseconds - driver.stages.origin
                guard now < end, !Task.isCancelled else { return }
                var batch: [Arrival] = []
                batch.reserveCapacity(callers.batch)
                for _ in 0..<callers.batch {
                    batch.append(
                        maker.arrival(
                            at: now,
                            number: number,
                            position: &position,
                            stride: callers.count,
                            random: &random
                        )
                    )
                    number += 1
                }
                await driver.request(batch)
                let pause = think.next(&random)
                if pause > 0 { try await driver.clock.sleep(nanoseconds: pause) }
            }
        } catch {
            return
        }
    }
}
