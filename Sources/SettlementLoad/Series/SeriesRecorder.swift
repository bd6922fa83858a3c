internal import Synchronization

/// Collects the time series of a run from the generator, which knows what is offered, and from the monitor, which samples.
final class SeriesRecorder: Sendable {
    private struct State {
        var series: RunSeries
        /// Arrivals that are due after the end of the last sample.
        var offered: Int64 = 0
    }

    private let state: Mutex<State>

    init(regions: [String]) { state = Mutex(State(series: RunSeries(regions: regions))) }

    /// The run so far.
    var series: RunSeries { state.withLock { $0.series } }

    /// Counts arrivals at their intended times, ascending, in nanoseconds after the beginning; however late they are known.
    func offer(at times: some BidirectionalCollection<Int64>) {
        state.withLock { $0.offered += $0.series.countOffered(at: times) }
    }

    /// Adds the sample that begins where the last one ends, with everything offered since then.
    ///
    /// - Returns: the sample.
    func append(_ sample: RunSample) -> RunSample {
        state.withLock { state in
            var sample = sample
            sample.offered += state.offered
            state.offered = 0
            state.series.append(sample)
            return sample
        }
    }
}
