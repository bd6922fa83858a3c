#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Settlement

/// Submits the workload with several workers and acknowledges every outcome.
struct WorkRun {
    private let settings: WriterSettings
    private let workload: Workload

    init(_ settings: WriterSettings) {
        self.settings = settings
        workload = Workload(settings)
    }

    func run() async throws {
        let pool = try WriterPool.open(settings, .file(settings.journal))
        WriterReport.tell("ready pid=\(getpid())")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<settings.workers {
                group.addTask { try await work(worker, on: pool) }
            }
            try await group.waitForAll()
        }
        try await pool.shutdown()
        WriterReport.tell("closed")
    }

    private func work(_ worker: Int, on pool: SettlementPool) async throws {
        let done = settings.done(by: worker)
        let end = settings.count == 0 ? UInt64.max : settings.count
        var position = done - min(done, settings.again)
        while position < end {
            try await pool.acknowledge(workload.command(worker: worker, position: position))
            position += 1
            let isDue = settings.snapshotEvery > 0 && position.isMultiple(of: settings.snapshotEvery)
            if isDue, worker == 0 { try await snapshot(pool) }
        }
    }

    /// A snapshot that fails costs the next start some time and nothing else.
    private func snapshot(_ pool: SettlementPool) async throws {
        do throws(SettlementError) {
            try await pool.snapshot()
            WriterReport.tell("snapshot")
        } catch {
            WriterReport.complain("no snapshot: \(error)")
        }
    }
}
