internal import SettlementLedger

/// An instance has been seen running after our start.
struct Arrival: Equatable {
    /// When the start call was issued.
    var issuedAt: Int64
    var cause: Cause?
}

extension RegionState {
    /// Takes the answer to a query for all instances of `accounts`, which were taken from `lookups`.
    mutating func observe(
        accounts: [AccountID],
        instances: [Instance],
        issuedAt: Int64,
        at now: Int64,
        time: Timestamp
    ) -> [Arrival] {
        var arrivals: [Arrival] = []
        var changed: Set<AccountID> = []
        for instance in instances where observe(instance, issuedAt: issuedAt, at: now, time: time, into: &arrivals) {
            changed.insert(instance.account)
        }
        for account in accounts {
            forget(cache.complete(account, at: issuedAt, keeping: inFlight))
            lookups.finish(account)
            if causes[account] != nil {
                dirty.add(account, .urgent)
            } else if changed.contains(account) {
                dirty.add(account, .routine)
            }
        }
        return arrivals
    }

    /// Takes one page of a sweep; every account on it is planned again.
    mutating func observe(page: [Instance], issuedAt: Int64, at now: Int64, time: Timestamp) -> [Arrival] {
        var arrivals: [Arrival] = []
        for instance in page {
            _ = observe(instance, issuedAt: issuedAt, at: now, time: time, into: &arrivals)
            dirty.add(instance.account, .routine)
        }
        return arrivals
    }

    /// A whole sweep that began at `begin` is over: what it did not show does not exist.
    mutating func finishSweep(begin: Int64) {
        forget(cache.prune(before: begin, keeping: inFlight))
    }

    /// Instances that are gone need nothing any more.
    private mutating func forget(_ gone: [InstanceID]) {
        for id in gone {
            outstanding[id] = nil
            retries[id] = nil
            starts.queue.remove(id)
            stops.queue.remove(id)
        }
    }

    /// Returns whether the account has to be planned again.
    private mutating func observe(
        _ instance: Instance,
        issuedAt: Int64,
        at now: Int64,
        time: Timestamp,
        into arrivals: inout [Arrival]
    ) -> Bool {
        let expected = outstanding[instance.id]
        if inFlight.contains(instance.id) || expected.map({ issuedAt < $0.answeredAt }) == true {
            // Seen before the command worked: that it exists is all this says.
            cache.touch(instance.id, at: issuedAt)
            return false
        }
        guard let expected else { return cache.observe(instance, at: issuedAt) }
        if expected.isReached(by: instance.state) {
            if expected.goal == .running {
                arrivals.append(Arrival(issuedAt: expected.issuedAt, cause: expected.command.cause))
            }
            retries[instance.id] = nil
        } else if now - expected.issuedAt >= settings.progressNanoseconds {
            bury(expected.command, .noProgress(instance.state), time: time)
        } else if now >= expected.settlesAt && expected.isUnmoved(instance.state) {
            fail(expected.command, expected.answer, at: now, time: time)
        } else {
            cache.touch(instance.id, at: issuedAt)
            lookups.add(instance.account, at: now + settings.pollNanoseconds)
            return false
        }
        outstanding[instance.id] = nil
        cache.observe(instance, at: issuedAt)
        return true
    }
}

extension RegionState.Outstanding {
    fileprivate func isReached(by state: InstanceState) -> Bool {
        switch goal {
        case .running: state == .running || state == .released
        case .stopped: state == .stopping || state == .stopped || state == .released
        case .settled: state == .running || state == .stopped || state == .released
        }
    }

    /// Whether the state is that from before the command.
    fileprivate func isUnmoved(_ state: InstanceState) -> Bool {
        switch goal {
        case .running: state == .stopped || state == .stopping
        case .stopped: state == .running
        case .settled: false
        }
    }
}
