internal import SettlementLedger

/// The region's instances as last observed, by account. A hint: the cloud is the truth.
struct InstanceCache {
    private struct Record {
        var instance: Instance
        /// When the call that showed it was issued.
        var observedAt: Int64
    }

    private struct Members {
        var instances: [InstanceID]
        /// When all instances of the account were asked for; 0: never.
        var observedAt: Int64
    }

    private var records: [InstanceID: Record] = [:]
    private var members: [AccountID: Members] = [:]
    /// By raw state, how many instances are in it.
    private(set) var counts = [Int](repeating: 0, count: InstanceState.allCases.count)

    subscript(id: InstanceID) -> Instance? { records[id]?.instance }

    /// The instances of an account in the order in which they were first seen; `nil`: never asked.
    func instances(of account: AccountID) -> [InstanceID]? { members[account]?.instances }

    /// When all instances of the account were asked for.
    func observedAt(_ account: AccountID) -> Int64 { members[account]?.observedAt ?? 0 }

    /// Takes one observed instance. Returns whether it is new or has changed. O(1).
    @discardableResult
    mutating func observe(_ instance: Instance, at time: Int64) -> Bool {
        let record = Record(instance: instance, observedAt: time)
        counts[Int(instance.state.rawValue)] += 1
        if let old = records.updateValue(record, forKey: instance.id)?.instance {
            counts[Int(old.state.rawValue)] -= 1
            if old.account == instance.account { return old != instance }
            members[old.account]?.instances.removeAll { $0 == instance.id }
        }
        members[instance.account, default: Members(instances: [], observedAt: 0)].instances.append(instance.id)
        return true
    }

    /// The instance was shown, but what was shown is older than what we know.
    mutating func touch(_ id: InstanceID, at time: Int64) {
        records[id]?.observedAt = time
    }

    /// All instances of `account` have been asked for at `time`. Returns those that were not shown since then, and
    /// forgets them, but not those that are `kept`.
    mutating func complete(_ account: AccountID, at time: Int64, keeping kept: Set<InstanceID>) -> [InstanceID] {
        var entry = members[account] ?? Members(instances: [], observedAt: time)
        entry.observedAt = time
        let gone = entry.instances.filter { !kept.contains($0) && records[$0].map { $0.observedAt < time } != false }
        if !gone.isEmpty {
            for id in gone { forget(id) }
            entry.instances.removeAll { records[$0] == nil }
        }
        members[account] = entry
        return gone
    }

    /// A whole sweep that began at `time` is over. Returns those that were not shown since then, ascending, and forgets
    /// them, but not those that are `kept`.
    mutating func prune(before time: Int64, keeping kept: Set<InstanceID>) -> [InstanceID] {
        let gone = records.values.filter { $0.observedAt < time && !kept.contains($0.instance.id) }.map(\.instance)
        for instance in gone { forget(instance.id) }
        for account in Set(gone.map(\.account)) { members[account]?.instances.removeAll { records[$0] == nil } }
        return gone.map(\.id).sorted()
    }

    private mutating func forget(_ id: InstanceID) {
        guard let record = records.removeValue(forKey: id) else { return }
        counts[Int(record.instance.state.rawValue)] -= 1
    }
}
