internal import Settlement

/// What happened in a run that a watching person should know, each once.
struct RunNotices: Sendable {
    /// From when on the generator is called late.
    let limits: GeneratorLimits
    /// What has been told, the latest last.
    private(set) var latest: [String] = []
    private var stage = 0
    private var isRejecting = false
    private var isLate = false
    private var isClosed = false

    init(limits: GeneratorLimits) { self.limits = limits }

    /// Compares the run with what was known of it.
    mutating func look(at progress: RunProgress, monthEnd: MonthEndResult?) {
        let time = Display.duration(progress.elapsed)
        if progress.stageIndex != stage {
            stage = progress.stageIndex
            latest.append("\(time): stage \(progress.stage) began")
        }
        if !isRejecting, progress.rejected > 0 {
            isRejecting = true
            latest.append("\(time): a shard is overloaded and turns requests away")
        }
        if let lag = progress.latency[.scheduleLag]?.p99, lag > limits.scheduleLag, !isLate {
            isLate = true
            latest.append("\(time): the generator is \(Display.duration(lag)) late at p99")
        }
        if let monthEnd, let part = progress.monthEnd, part.done >= part.all, part.all > 0, !isClosed {
            isClosed = true
            let bills = Display.count(Int64(monthEnd.billsWrittenOff))
            latest.append(
                "\(time): month \(monthEnd.month) is closed, \(bills) bills in \(Display.duration(monthEnd.duration))"
            )
        }
    }
}
