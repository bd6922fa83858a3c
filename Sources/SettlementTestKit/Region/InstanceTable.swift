internal import Settlement
internal import SettlementLedger

/// The instances of a simulated region in flat arrays: hundreds of thousands cost little.
struct InstanceTable {
    /// What a read shows of one instance.
    struct Face {
        var state: InstanceState
        var locks: LockReasons
        var mark: SuspensionMark?
    }

    private(set) var accounts: [AccountID] = []
    private var faces: [Face] = []
    /// The face before the last change, and when that was: what a stale read shows.
    private var formerFaces: [Face] = []
    private var changedAt: [Int64] = []
    /// When a starting or stopping instance arrives; `Int64.max`: never.
    private var arrivesAt: [Int64] = []
    private(set) var isPrepaid: [Bool] = []
    private(set) var isCritical: [Bool] = []
    /// The account's instance before this one, and by account its last one.
    private var former: [Int32] = []
    private var last: [AccountID: Int32] = [:]

    var count: Int { accounts.count }

    mutating func add(account: AccountID, face: Face, isPrepaid prepaid: Bool, isCritical critical: Bool) -> Int {
        let row = accounts.count
        accounts.append(account)
        faces.append(face)
        formerFaces.append(face)
        changedAt.append(0)
        arrivesAt.append(.max)
        isPrepaid.append(prepaid)
        isCritical.append(critical)
        former.append(last[account] ?? -1)
        last[account] = Int32(row)
        return row
    }

    /// Rows of an account, the newest first.
    func rows(of account: AccountID) -> [Int] {
        var rows: [Int] = []
        var row = last[account] ?? -1
        while row >= 0 {
            rows.append(Int(row))
            row = former[Int(row)]
        }
        return rows
    }

    /// What an instance is at `now`.
    mutating func face(_ row: Int, at now: Int64) -> Face {
        guard arrivesAt[row] <= now else { return faces[row] }
        let arrival = arrivesAt[row]
        var face = faces[row]
        face.state = face.state == .starting ? .running : .stopped
        change(row, to: face, at: arrival)
        return face
    }

    /// What a read shows that may be `staleness` late.
    mutating func staleFace(_ row: Int, at now: Int64, staleness: Int64) -> Face {
        let current = face(row, at: now)
        return now - changedAt[row] <= staleness ? formerFaces[row] : current
    }

    mutating func change(_ row: Int, to face: Face, at now: Int64, arrivesAt arrival: Int64 = .max) {
        // Changes of one instant are one change.
        if now > changedAt[row] { formerFaces[row] = faces[row] }
        faces[row] = face
        changedAt[row] = now
        arrivesAt[row] = arrival
    }
}
