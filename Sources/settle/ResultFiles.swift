import ArgumentParser
import Foundation
import SettlementLoad

/// Where a run's result goes beside standard output.
struct ResultFiles: ParsableArguments {
    @Option(name: .customLong("json"), help: "Also write the result as JSON to this file.", completion: .file())
    var json: String?

    @Option(help: "Write the run second by second to this file, one JSON object a line.", completion: .file())
    var series: String?

    @Option(help: "Write a percentile file for each latency to this directory, for HdrHistogram's plotter.")
    var hgrm: String?

    @Option(help: "Write one HTML page that tells the whole run to this file.", completion: .file(extensions: ["html"]))
    var report: String?

    /// Refuses places that cannot be written before anything runs, so that no run is in vain.
    func check() throws {
        for path in [json, series, report].compactMap(\.self) { try OutputFile(path).check() }
        if let hgrm { try makeDirectory(hgrm) }
    }

    func write(_ result: RunResult) throws {
        if let json { try OutputFile(json).write(result.json) }
        if let series { try OutputFile(series).write(result.seriesLines) }
        if let report { try OutputFile(report).write(result.report) }
        if let hgrm {
            try makeDirectory(hgrm)
            for file in result.hdrHistogramFiles { try OutputFile(hgrm + "/" + file.name).write(file.text) }
        }
    }

    private func makeDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw fail("\(path): cannot be made: \(error.reason)", .badConfiguration)
        }
    }
}
