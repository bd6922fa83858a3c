internal import Settlement

/// Lets one caller after the other into a shard and keeps it for a clock's time.
protocol TimedService: ServiceModel {
    var clock: any SettlementClock { get }
    var turnstile: Turnstile { get }
}

extension TimedService {
    func end() { turnstile.leave() }

    func waitUntilDone(_ monotonicNanoseconds: Int64) async {
        guard monotonicNanoseconds > clock.monotonicNanoseconds else { return }
        // Who is cancelled is not kept waiting for a result that nobody wants.
        try? await clock.sleep(untilMonotonic: monotonicNanoseconds)
    }
}
