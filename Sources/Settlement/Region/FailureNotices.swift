/// When the failures of a region are told: the first at once, then at most once a period, with how many there were.
struct FailureNotices {
    private var quietUntil: Int64 = .min
    private var untold = 0

    static let periodNanoseconds: Int64 = 30_000_000_000

    /// Takes one failure. Returns how many are to be told now; `nil`: none yet.
    mutating func add(at now: Int64) -> Int? {
        untold += 1
        guard now >= quietUntil else { return nil }
        quietUntil = now + Self.periodNanoseconds
        defer { untold = 0 }
        return untold
    }
}
