import Foundation
import Settlement
import Testing

@testable import SettlementLoad

@Suite struct ExpositionTests {
    static var progress: RunProgress {
        var progress = ProgressViewTests.progress
        progress.regions = ["a\"b"]
        progress.regionDepths = [7]
        (progress.offeredTotal, progress.answeredTotal) = (1_500, 1_490)
        progress.totals[.writeOffs] = 312_000
        var counts = OpenLatencyCounts()
        for milliseconds in [1, 3, 3, 40] as [Int64] { counts.record(milliseconds * 1_000_000) }
        counts.record(2_000_000_000_000)
        progress.buckets[.settle] = LatencyBuckets()
        progress.buckets[.settle]?.add(counts.take())
        progress.bulkBuckets[.service] = LatencyBuckets()
        return progress
    }

    @Test func isPrometheusText() {
        let lines = Self.progress.prometheusText.split(separator: "\n").map(String.init)
        for line in [
            "# TYPE settle_arrivals_offered_total counter", "settle_arrivals_offered_total 1500.0",
            "settle_events_total{event=\"writeOffs\"} 312000.0", "settle_stage{stage=\"peak\"} 1.0",
            "settle_recent_latency_seconds{path_stage=\"queue_wait\",quantile=\"0.99\"} 0.00198",
            "settle_latency_seconds_bucket{path_stage=\"settle\",lane=\"interactive\",le=\"0.001\"} 1.0",
            "settle_latency_seconds_bucket{path_stage=\"settle\",lane=\"interactive\",le=\"0.005\"} 3.0",
            "settle_latency_seconds_bucket{path_stage=\"settle\",lane=\"interactive\",le=\"1000.0\"} 4.0",
            "settle_latency_seconds_bucket{path_stage=\"settle\",lane=\"interactive\",le=\"+Inf\"} 5.0",
            "settle_latency_seconds_count{path_stage=\"settle\",lane=\"interactive\"} 5.0",
            "settle_latency_seconds_count{path_stage=\"service\",lane=\"bulk\"} 0.0",
            "settle_shard_queue_depth{shard=\"2\"} 12.0", "settle_region_backlog{region=\"a\\\"b\"} 7.0",
        ] {
            #expect(lines.contains(line))
        }
        let samples = lines.filter { !$0.hasPrefix("#") }
        #expect(samples.allSatisfy { Double($0.split(separator: " ").last ?? "") != nil })
        #expect(Set(samples).count == samples.count)
    }

    /// Every line is a comment or a sample of the family that was announced last; buckets are cumulative.
    @Test func isWhatAPrometheusParserExpects() throws {
        let sampleForm = try Regex(
            #"([a-z_]+)(\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})? ([0-9.e+-]+)"#,
            as: (Substring, Substring, Substring?, Substring).self
        )
        var family: (name: Substring, type: Substring) = ("", "")
        var buckets: [Double] = []
        for line in Self.progress.prometheusText.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# HELP ") {
                family.name = words[2]
                continue
            }
            if line.hasPrefix("# TYPE ") {
                #expect(words[2] == family.name)
                family.type = words[3]
                continue
            }
            let match = try #require(line.wholeMatch(of: sampleForm), "\(line)").output
            let value = try #require(Double(match.3))
            guard family.type == "histogram" else {
                #expect(match.1 == family.name && ["gauge", "counter"].contains(family.type))
                continue
            }
            switch match.1.dropFirst(family.name.count) {
            case "_bucket": buckets.append(value)
            case "_sum": #expect(value >= 0)
            case "_count":
                #expect(buckets.count == LatencyBuckets.bounds.count + 1)
                #expect(buckets == buckets.sorted() && buckets.last == value)
                buckets = []
            default: Issue.record("\(line) is no part of a histogram")
            }
        }
        #expect(buckets.isEmpty)
        let sum = try #require(Self.progress.buckets[.settle]?.sum)
        #expect(abs(sum / 2_000_047_000_000 - 1) < 0.01, "right to two digits")
    }

    /// A bucket has what is as long as its bound, and the last one what is beyond all.
    @Test func bucketsEndAtTheirBounds() {
        var open = OpenLatencyCounts()
        for value in [9_000, 10_000, 11_000, 50_000, 51_000, 2_000_000_000_000] as [Int64] { open.record(value) }
        var buckets = LatencyBuckets()
        buckets.add(open.take())
        #expect(LatencyBuckets.bounds.prefix(4) == [10_000, 20_000, 50_000, 100_000])
        #expect(buckets.counts.prefix(4) == [2, 1, 1, 1])
        #expect(buckets.counts.last == 1 && buckets.count == 6)
    }

    @Test(arguments: [
        ("9464", "127.0.0.1:9464"), ("0.0.0.0:80", "0.0.0.0:80"), ("[::1]:0", "[::1]:0"),
        ("localhost:1", "localhost:1"),
    ])
    func readsAddresses(_ text: String, _ address: String) {
        #expect(ListenAddress(text)?.description == address)
    }

    @Test(arguments: ["", ":80", "host", "host:", "70000", "::1:80", "host:99999", "-1"])
    func refusesWhatIsNoAddress(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }

    /// Sends a request to a port of this machine and returns all of the answer.
    static func ask(_ port: UInt16, _ request: String) -> String {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { return "not connected" }
        _ = request.withCString { send(socket, $0, strlen($0), 0) }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(socket, &buffer, buffer.count, 0), count > 0 { answer += buffer[..<count] }
        return String(decoding: answer, as: UTF8.self)
    }

    @Test func servesTheLatestProgressOverLoopback() throws {
        let listener = try MetricsListener(ListenAddress(port: 0))
        defer { listener.stop() }
        listener.publish(Self.progress)
        let port = listener.address.port
        #expect(port > 0)
        let answer = Self.ask(port, "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix(Self.progress.prometheusText))
        #expect(Self.ask(port, "GET /other HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 404"))
        #expect(Self.ask(port, "POST /metrics HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 405"))
        #expect(throws: MetricsListener.Failure.self) { try MetricsListener(ListenAddress(port: port)) }
        #expect(throws: MetricsListener.Failure.self) {
            try MetricsListener(ListenAddress(host: "no such host", port: 0))
        }
    }
}
