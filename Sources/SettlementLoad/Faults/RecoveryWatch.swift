/// Finds out when what a fault had piled up is gone.
///
/// Recovered is the beginning of the first whole second after the fault in which the gauge is never above its largest of
/// the five seconds before it.
struct RecoveryWatch: Sendable {
    private let start: Int64
    private let end: Int64
    private var before: [(time: Int64, gauge: Int)] = []
    private var calmSince: Int64?
    /// When things were as before; `nil`: not yet.
    private(set) var recovered: Int64?

    static let lookBackNanoseconds: Int64 = 5_000_000_000
    static let calmNanoseconds: Int64 = 1_000_000_000

    init(_ fault: FaultProfile) {
        start = fault.start
        end = fault.end
        calmSince = fault.end
    }

    /// Takes one look at the gauge; times are nanoseconds after the beginning of the run and ascend.
    mutating func observe(_ gauge: Int, at time: Int64) {
        if time < start {
            before.append((time, gauge))
            before.removeAll { $0.time < time - Self.lookBackNanoseconds }
        } else if time >= end, recovered == nil {
            if gauge > before.map(\.gauge).max() ?? 0 {
                calmSince = nil
            } else {
                let calm = calmSince ?? time
                calmSince = calm
                if time - calm >= Self.calmNanoseconds { recovered = calm }
            }
        }
    }

    /// The run is over: what is calm now counts as recovered.
    mutating func finish() {
        if recovered == nil { recovered = calmSince }
    }
}
