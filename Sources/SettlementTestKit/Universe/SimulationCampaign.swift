internal import Synchronization

/// Many seeds, one after another and a few side by side; some of them twice, since a seed is worth something only if it
/// gives the same run again.
public struct SimulationCampaign: Sendable {
    /// The seeds to run.
    public var seeds: Range<UInt64>
    /// What may go wrong.
    public var faults: SimulationFaults
    /// Universes that run side by side.
    public var workers = 2
    /// Every so many seeds one is run again and compared; 0: never.
    public var replayEvery: UInt64 = 100
    /// Failing seeds after which the campaign ends.
    public var failuresMax = 8

    /// A campaign over some seeds.
    public init(seeds: Range<UInt64>, faults: SimulationFaults = .all) {
        self.seeds = seeds
        self.faults = faults
    }

    /// What a campaign has found so far.
    public struct Report: Sendable {
        /// Seeds run.
        public var seeds = 0
        /// Seeds run a second time.
        public var replays = 0
        /// Seeds whose second run was another one: determinism is broken.
        public var mismatches: [UInt64] = []
        /// Seeds that broke a promise.
        public var failures: [SimulationReport] = []
        /// What happened in all runs together.
        public var counts = SimulationReport.Counts()
        /// Sum of the digests of all seeds, whatever their order.
        public var digest: UInt64 = 0
    }

    private struct State {
        var next: UInt64
        var report = Report()
    }

    /// Runs the seeds. Each stays on one thread of the calling task's executor; cancellation ends the campaign early.
    /// - Parameter onProgress: called after each seed with what has been found so far, by one worker at a time.
    public func run(onProgress: @escaping @Sendable (Report) -> Void = { _ in }) async -> Report {
        let shared = Shared(first: seeds.lowerBound)
        await withTaskGroup { group in
            for _ in 0..<max(1, workers) {
                group.addTask {
                    while !Task.isCancelled, let seed = shared.next(of: self) {
                        let (report, again) = self.run(seed)
                        shared.add(report, again: again, onProgress)
                    }
                }
            }
        }
        return shared.report
    }

    private func run(_ seed: UInt64) -> (SimulationReport, again: SimulationReport?) {
        let report = Universe(seed: seed, faults: faults).run()
        let isReplayed = replayEvery > 0 && seed.isMultiple(of: replayEvery)
        return (report, isReplayed ? Universe(seed: seed, faults: faults).run() : nil)
    }

    private final class Shared: Sendable {
        private let state: Mutex<State>

        init(first: UInt64) { state = Mutex(State(next: first)) }

        var report: Report { state.withLock { $0.report } }

        func next(of campaign: SimulationCampaign) -> UInt64? {
            state.withLock { state in
                guard state.next < campaign.seeds.upperBound, state.report.failures.count < campaign.failuresMax else {
                    return nil
                }
                defer { state.next += 1 }
                return state.next
            }
        }

        func add(_ report: SimulationReport, again: SimulationReport?, _ onProgress: (Report) -> Void) {
            state.withLock { state in
                state.report.seeds += 1
                state.report.counts = state.report.counts + report.counts
                state.report.digest &+= report.digest.rawValue
                if !report.violations.isEmpty { state.report.failures.append(report) }
                if let again {
                    state.report.replays += 1
                    if again.digest != report.digest { state.report.mismatches.append(report.seed) }
                }
                onProgress(state.report)
            }
        }
    }
}
