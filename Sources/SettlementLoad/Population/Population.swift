internal import Settlement
public import SettlementLedger

/// The accounts of a run, made from a seed: the same on every machine, whatever part is asked for first.
///
/// It keeps a few bytes for each suspended account and a bit for each other one; bills and instances are made when a
/// chunk is filled and never all held at once. Bills of an import are held, because a file cannot be asked twice.
public struct Population: Sendable {
    /// How many accounts there are.
    public let accountCount: Int
    /// The month that is current when the run begins.
    public let month: Month
    /// Names of the regions; the position is the ``RegionID``.
    public let regionNames: [String]
    /// Indices of the accounts in arrears, ascending.
    public let suspendedAccounts: [UInt32]
    /// Offset of billing months from UTC.
    public static let monthOffsetMinutes = 480

    let imported: FocusImport?
    private let seed: UInt64
    private let profile: PopulationProfile
    private let generatedCurrency: Currency
    private let suspendedBits: [UInt64]
    private let deferredBits: [UInt64]
    private let billsPerAccount: Sampler
    private let amounts: Sampler
    private let monthsOverdue: Sampler
    private let instancesPerAccount: Sampler

    /// The population that `profile` describes.
    ///
    /// - Parameter imported: the bills of the file that the profile names; `nil` when they are made up.
    /// - Complexity: O(accounts), without making a bill.
    public init(_ profile: LoadProfile, imported: FocusImport? = nil) {
        self.imported = imported
        self.profile = profile.population
        seed = profile.seed
        generatedCurrency = profile.currency
        month = profile.month ?? imported?.latestMonth ?? Month(year: 2026, month: 10)
        accountCount = imported?.accounts.count ?? profile.population.accounts
        regionNames = imported?.regions ?? profile.population.regions
        billsPerAccount = Sampler(profile.population.billsPerAccount)
        amounts = Sampler(profile.population.amounts)
        monthsOverdue = Sampler(profile.population.monthsOverdue)
        instancesPerAccount = Sampler(profile.population.instancesPerAccount)
        let hot = imported == nil ? min(profile.population.hotPayers, accountCount) : 0
        var random = RandomStream(seed: profile.seed, purpose: .suspension)
        var suspended = AccountChoice(count: accountCount)
        suspended.add(0..<hot)
        suspended.choose(profile.population.suspended.of(accountCount - hot), random: &random)
        suspendedAccounts = suspended.accounts
        suspendedBits = suspended.bits
        var deferred = AccountChoice(count: accountCount, except: suspended)
        var other = RandomStream(seed: profile.seed, purpose: .deferral)
        deferred.choose(profile.population.deferred.of(accountCount - hot), random: &other)
        deferredBits = deferred.bits
    }

    /// Whether an account owes what is overdue and keeps running all the same. O(1).
    public func isDeferred(_ index: Int) -> Bool { deferredBits[index >> 6] >> UInt64(index & 63) & 1 == 1 }

    /// Whether an account pays for many cloud accounts. O(1).
    public func isHotPayer(_ index: Int) -> Bool { imported == nil && index < profile.hotPayers }

    /// The external name of an account; only imported ones have one.
    public func name(ofAccount index: Int) -> String? { imported?.accounts[index].name }

    /// The currency of an account. O(1).
    public func currency(ofAccount index: Int) -> Currency { imported?.accounts[index].currency ?? generatedCurrency }

    /// Whether an account is in arrears when the run begins. O(1).
    public func isSuspended(_ index: Int) -> Bool { suspendedBits[index >> 6] >> UInt64(index & 63) & 1 == 1 }

    /// The identity of an account. O(1).
    public func accountID(_ index: Int) -> AccountID {
        imported?.accounts[index].id ?? AccountID(RandomStream.mix(UInt64(index + 1) ^ RandomStream.mix(seed)))
    }

    /// Makes the accounts of `indices` into `chunk`, replacing what it held.
    ///
    /// - Precondition: `indices` lies within the population.
    public func fill(_ chunk: inout PopulationChunk, with indices: some Sequence<Int>) {
        chunk.removeAll()
        for index in indices {
            precondition(index < accountCount, "there is no account \(index)")
            appendAccount(index, to: &chunk)
        }
    }
}

extension Population {
    private func appendAccount(_ index: Int, to chunk: inout PopulationChunk) {
        var random = RandomStream(seed: seed, purpose: .account, item: UInt64(index))
        let bills = chunk.bills.count
        let instances = chunk.instances.count
        let refunds = chunk.refunds.count
        let suspended = isSuspended(index)
        let deferred = isDeferred(index)
        if let imported {
            imported.appendBills(ofAccount: index, billID: billID, to: &chunk)
        } else {
            appendBills(ofAccount: index, inDebt: suspended || deferred, random: &random, to: &chunk)
        }
        appendInstances(ofAccount: index, bills: bills..<chunk.bills.count, random: &random, to: &chunk)

        var account = AccountSeed(
            index: UInt32(index),
            id: accountID(index),
            currency: currency(ofAccount: index),
            regions: [],
            isSuspended: suspended,
            isDeferred: deferred,
            openingFunds: .zero,
            clearingAmount: .zero,
            bills: bills..<chunk.bills.count,
            instances: instances..<chunk.instances.count,
            refunds: refunds..<chunk.refunds.count
        )
        var owed = Amount.zero
        for bill in chunk.bills[account.bills] {
            account.regions.formUnion(RegionSet(bill.region))
            // A fraction is owed until it is rounded away: count it as a whole unit.
            owed = owed + bill.amount + Amount(minorUnits: 1)
        }
        for instance in chunk.instances[account.instances] { account.regions.formUnion(RegionSet(instance.region)) }
        let round = Amount(minorUnits: 100 * account.currency.minorUnitsPerMajor)
        account.clearingAmount = owed.roundedUp(to: round) + round
        account.openingFunds = suspended || deferred ? .zero : account.clearingAmount
        chunk.accounts.append(account)
    }

    private func appendBills(
        ofAccount index: Int,
        inDebt: Bool,
        random: inout RandomStream,
        to chunk: inout PopulationChunk
    ) {
        let home = random.next(below: UInt64(regionNames.count))
        // Somebody in arrears owes something.
        let drawn = max(Int(billsPerAccount.next(&random)), inDebt ? 1 : 0)
        let count = isHotPayer(index) ? profile.cloudAccountsPerHotPayer : drawn
        let overdue = inDebt ? UInt64(monthsOverdue.next(&random)) : 0
        for ordinal in 0..<count {
            let age = ordinal == 0 ? overdue : random.next(below: overdue + 1)
            let billMonth = Month(rawValue: month.rawValue - UInt16(age))
            let start = billMonth.start(offsetMinutes: Self.monthOffsetMinutes)
            chunk.bills.append(
                Bill(
                    id: billID(account: index, ordinal: ordinal),
                    month: billMonth,
                    line: random.next(below: 16) == 0 ? .marketplace : .provider,
                    product: product(&random),
                    region: region(home: home, &random),
                    created: Timestamp(nanoseconds: start.rawValue + Int64(random.next(below: Self.createdSpan))),
                    amount: Amount(minorUnits: amounts.next(&random)),
                    fraction: fraction(&random)
                )
            )
        }
    }

    /// Instances are where the account is billed, so that its clearing edge reaches them.
    private func appendInstances(
        ofAccount index: Int,
        bills: Range<Int>,
        random: inout RandomStream,
        to chunk: inout PopulationChunk
    ) {
        var count = Int(instancesPerAccount.next(&random))
        if isHotPayer(index) {
            for _ in 1..<profile.cloudAccountsPerHotPayer { count += Int(instancesPerAccount.next(&random)) }
        }
        for ordinal in 0..<count {
            let draw = random.next()
            let region =
                bills.isEmpty
                ? RegionID(UInt8(draw % UInt64(regionNames.count)))
                : chunk.bills[bills.lowerBound + Int(draw % UInt64(bills.count))].region
            let isUserStopped = random.next(below: 1_000_000_000) < UInt64(profile.userStopped.partsPerBillion)
            chunk.instances.append(
                InstanceSeed(
                    id: InstanceID(RandomStream.mix(UInt64(index) << 20 | UInt64(ordinal))),
                    region: region,
                    isUserStopped: isUserStopped
                )
            )
        }
    }

    /// Unique: fewer than 2²⁰ bills an account, and the mixing is a bijection.
    private func billID(account index: Int, ordinal: Int) -> BillID {
        BillID(RandomStream.mix(UInt64(index + 1) << 20 | UInt64(ordinal)))
    }

    private func product(_ random: inout RandomStream) -> ProductCode {
        // The smaller of two draws: products with a low number are the common ones.
        let count = UInt64(profile.products)
        return ProductCode(UInt16(min(random.next(below: count), random.next(below: count)) + 1))
    }

    private func region(home: UInt64, _ random: inout RandomStream) -> RegionID {
        let isAway = random.next(below: 4) == 0
        return RegionID(UInt8(isAway ? random.next(below: UInt64(regionNames.count)) : home))
    }

    /// Prices have 10 decimals of the major unit; what is beyond the minor unit is counted in 10⁻¹⁸ of it.
    private func fraction(_ random: inout RandomStream) -> UInt64 {
        var steps: UInt64 = 1
        for _ in generatedCurrency.exponent..<10 { steps *= 10 }
        return random.next(below: steps) * (1_000_000_000_000_000_000 / steps)
    }

    /// Bills are made in the first 28 days of their month.
    private static let createdSpan: UInt64 = 28 * 86_400_000_000_000
}

extension Currency {
    /// 100 for CNY, 1 for JPY, 1,000 for KWD.
    var minorUnitsPerMajor: Int64 {
        var units: Int64 = 1
        for _ in 0..<exponent { units *= 10 }
        return units
    }
}

extension Amount {
    /// The smallest multiple of `step` that is at least this.
    func roundedUp(to step: Amount) -> Amount {
        let rest = minorUnits % step.minorUnits
        return rest == 0 ? self : Amount(minorUnits: minorUnits - rest + step.minorUnits)
    }
}

extension Population {
    /// The bill that an arrival issues: of the month at `time`, small, in a region of the arrival's choice.
    func newBill(for arrival: Arrival, at time: Timestamp) -> Bill {
        var random = RandomStream(seed: arrival.draw, purpose: .bills, item: arrival.number)
        return Bill(
            id: BillID(RandomStream.mix(1 << 63 | arrival.number)),
            month: Month(containing: time, offsetMinutes: Self.monthOffsetMinutes),
            product: product(&random),
            region: RegionID(UInt8(random.next(below: UInt64(regionNames.count)))),
            created: time,
            amount: Amount(
                minorUnits: Int64(
                    1 + random.next(below: UInt64(10 * currency(ofAccount: Int(arrival.account)).minorUnitsPerMajor))
                )
            ),
            fraction: fraction(&random)
        )
    }
}
