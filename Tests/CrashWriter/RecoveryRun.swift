import Settlement

/// Applies the workload of very many workers in bulk, to have a large journal.
struct FillRun {
    private let settings: WriterSettings

    init(_ settings: WriterSettings) { self.settings = settings }

    func run() async throws {
        let workload = Workload(settings)
        let pool = try WriterPool.open(settings, .file(settings.journal))
        for position in 0..<settings.count {
            for first in stride(from: 0, to: settings.workers, by: 20_000) {
                let workers = first..<min(first + 20_000, settings.workers)
                _ = try await pool.load(workers.map { workload.command(worker: $0, position: position) })
            }
        }
        try await pool.shutdown()
    }
}

/// Opens the journal, says how long recovery took, and takes a snapshot if asked to.
struct RecoveryRun {
    private let settings: WriterSettings

    init(_ settings: WriterSettings) { self.settings = settings }

    func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let pool = try WriterPool.open(settings, .file(settings.journal))
        let recovered = clock.now
        WriterReport.tell("recovered seconds=\((recovered - start) / .seconds(1))")
        if settings.snapshotEvery > 0 {
            try await pool.snapshot()
            WriterReport.tell("snapshot seconds=\((clock.now - recovered) / .seconds(1))")
        }
        try await pool.shutdown()
    }
}
