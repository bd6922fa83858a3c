#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
internal import Settlement

/// One line of a series file.
private struct SeriesLine: Encodable {
    var start: Double
    var duration: Double
    var stage: String
    var offered: Double
    var achieved: Double
    var totals: TotalTable
    var queueDepths: [Int]
    var regionDepths: [String: Int]
    var cpuShare: Double?
    var residentBytes: Int64?
    var latency: LatencyTable
    var bulkLatency: LatencyTable
}

extension RunResult {
    /// The run as NDJSON, one object for each second; wider ones for runs of more than ten minutes.
    ///
    /// `start` and `duration` are seconds; `offered` and `achieved` are each second; `totals` count what happened; latencies
    /// are nanoseconds; `cpuShare` is 1 for one busy processor.
    public var seriesLines: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = ""
        let seconds = series.coarsened(to: RunSeries.capacity, width: 1_000_000_000)
        for sample in seconds.samples {
            let line = line(for: sample, regions: seconds.regions)
            do {
                text += String(decoding: try encoder.encode(line), as: UTF8.self) + "\n"
            } catch {
                preconditionFailure("numbers and names have a JSON form: \(error)")
            }
        }
        return text
    }

    private func line(for sample: RunSample, regions: [String]) -> SeriesLine {
        SeriesLine(
            start: Double(sample.start) / 1e9,
            duration: Double(sample.duration) / 1e9,
            stage: stageName(at: sample.start + sample.duration / 2),
            offered: sample.perSecond(sample.offered),
            achieved: sample.perSecond(sample.answered),
            totals: sample.totals,
            queueDepths: sample.queueDepths,
            regionDepths: Dictionary(zip(regions, sample.regionDepths)) { $0 + $1 },
            cpuShare: sample.cpuNanoseconds.map { sample.perSecond($0) / 1e9 },
            residentBytes: sample.residentBytes,
            latency: sample.latency.summaries,
            bulkLatency: sample.bulkLatency.summaries
        )
    }

    /// The stage at a time in nanoseconds after the beginning; after the last one, `drain`.
    func stageName(at time: Int64) -> String {
        var end: Int64 = 0
        for stage in stages {
            end += stage.part.duration
            if time < end { return stage.name }
        }
        return "drain"
    }
}
