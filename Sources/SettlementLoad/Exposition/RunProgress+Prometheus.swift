internal import Settlement

extension RunProgress {
    /// The run as it stands now, in Prometheus' text format 0.0.4.
    ///
    /// Counters and histograms count from the beginning of the run; the recent latencies are those of the last second.
    public var prometheusText: String {
        var text = ExpositionText()
        text.family("settle_stage", "gauge", "The stage that is on, always 1.") { $0.sample(["stage": stage], 1) }
        text.family("settle_elapsed_seconds", "gauge", "Time since the beginning of the run.") {
            $0.sample([:], Double(elapsed) / 1e9)
        }
        text.family("settle_arrivals_offered_total", "counter", "Arrivals that were due.") {
            $0.sample([:], Double(offeredTotal))
        }
        text.family("settle_arrivals_answered_total", "counter", "Arrivals settled, neither refused nor failed.") {
            $0.sample([:], Double(answeredTotal))
        }
        text.family("settle_events_total", "counter", "What happened.") { family in
            for name in totals.names { family.sample(["event": name.rawValue], Double(totals[name] ?? 0)) }
        }
        text.family("settle_latency_seconds", "histogram", "Latencies since the beginning of the run.") { family in
            for name in buckets.names { family.histogram(name, .interactive, buckets[name]) }
            for name in bulkBuckets.names { family.histogram(name, .bulk, bulkBuckets[name]) }
        }
        text.family(
            "settle_recent_latency_seconds",
            "gauge",
            "Latency of interactive work in the last second; quantile 1 is the largest."
        ) { family in
            for name in latency.names {
                guard let summary = latency[name] else { continue }
                for statistic in LatencyStatistic.allCases {
                    family.sample(
                        ["path_stage": name.rawValue, "quantile": "\(Double(statistic.tenThousandths) / 10_000)"],
                        Double(summary[statistic]) / 1e9
                    )
                }
            }
        }
        text.family("settle_shard_queue_depth", "gauge", "Commands that wait in front of a shard.") { family in
            for (shard, depth) in queueDepths.enumerated() { family.sample(["shard": "\(shard)"], Double(depth)) }
        }
        text.family("settle_region_backlog", "gauge", "Accounts and commands that a region has before it.") { family in
            for (index, depth) in regionDepths.enumerated() {
                family.sample(["region": index < regions.count ? regions[index] : "\(index)"], Double(depth))
            }
        }
        if let monthEnd {
            text.family("settle_month_end_accounts", "gauge", "Accounts of the month end, closed and all.") {
                $0.sample(["state": "closed"], Double(monthEnd.done))
                $0.sample(["state": "all"], Double(monthEnd.all))
            }
        }
        return text.text
    }
}

/// Builds the text format.
private struct ExpositionText {
    private(set) var text = ""
    private var name = ""

    mutating func family(_ name: String, _ type: String, _ help: String, _ body: (inout ExpositionText) -> Void) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        body(&self)
    }

    mutating func histogram(_ stage: PathStage, _ lane: Lane, _ buckets: LatencyBuckets?) {
        guard let buckets else { return }
        var below: Int64 = 0
        for (index, count) in buckets.counts.enumerated() {
            below += count
            let isLast = index == LatencyBuckets.bounds.count
            let bound = isLast ? "+Inf" : "\(Double(LatencyBuckets.bounds[index]) / 1e9)"
            sample(["path_stage": stage.rawValue, "lane": "\(lane)", "le": bound], Double(below), suffix: "_bucket")
        }
        let labels: KeyValuePairs = ["path_stage": stage.rawValue, "lane": "\(lane)"]
        sample(labels, buckets.sum / 1e9, suffix: "_sum")
        sample(labels, Double(below), suffix: "_count")
    }

    mutating func sample(_ labels: KeyValuePairs<String, String>, _ value: Double, suffix: String = "") {
        let pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        text += name + suffix + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
