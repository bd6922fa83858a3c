internal import Synchronization

/// Which faults are on: what goes wrong on the path asks here, without waiting.
final class FaultBoard: Sendable {
    private let faults: [FaultProfile]
    private let active: Mutex<Set<Int>>

    init(_ faults: [FaultProfile]) {
        self.faults = faults
        active = Mutex([])
    }

    /// Whether the profile has faults of one of these kinds at all, so that something must stand in the path for them.
    func has(_ kinds: FaultProfile.Kind...) -> Bool { faults.contains { kinds.contains($0.kind) } }

    func set(_ fault: Int, isOn: Bool) {
        active.withLock { active in
            if isOn { active.insert(fault) } else { active.remove(fault) }
        }
    }

    /// The faults of a kind that are on, in the order of the profile.
    func active(_ kind: FaultProfile.Kind) -> [FaultProfile] {
        let on = active.withLock { $0 }
        return faults.indices.filter { on.contains($0) && faults[$0].kind == kind }.map { faults[$0] }
    }

    /// How much longer everything of this kind takes now.
    func latency(_ kind: FaultProfile.Kind) -> Int64 { active(kind).reduce(0) { $0 + $1.latency } }
}
