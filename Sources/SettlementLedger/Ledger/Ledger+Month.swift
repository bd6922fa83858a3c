/// How far a bulk close has come.
public struct MonthCloseProgress: Sendable, Hashable {
    /// The slot at which to go on; the upper bound of the range when it is done.
    public var nextSlot: UInt32
    /// Accounts that this call looked at.
    public var accountsVisited: Int = 0
    /// Bills that this call wrote off completely.
    public var billsWrittenOff: Int = 0
    /// Funds that this call applied to bills, in minor units of all currencies.
    public var amountWrittenOff: Amount = .zero
    /// Due bills of the visited accounts that stay open for lack of funds.
    public var billsLeftOpen: Int = 0

    /// Nothing done yet; go on at `nextSlot`.
    public init(nextSlot: UInt32) {
        self.nextSlot = nextSlot
    }
}

extension Ledger {
    /// Slots that one checkpoint covers: range *r* is slots *r* × 4,096 ..< (*r* + 1) × 4,096.
    public static var checkpointRangeSlots: UInt32 { 4_096 }

    /// Closes a month for accounts by slot, as ``Operation/closeMonth(_:)`` does for one.
    ///
    /// Stops before the next account once `writeOffLimit` bills were written off, so that a chunk takes a bounded time; go
    /// on with `nextSlot`. An account whose month is closed adds nothing: running again is harmless.
    /// - Parameter slots: clamped to the accounts that exist.
    /// - Precondition: the month is over at `time` (``isOver(_:at:)``) and `writeOffLimit` is at least 1.
    /// - Complexity: O(accounts visited + bills closed).
    public mutating func closeMonth(
        _ month: Month,
        slots: Range<UInt32>,
        at time: Timestamp,
        writeOffLimit: Int,
        into entries: inout [Entry]
    ) -> MonthCloseProgress {
        precondition(isOver(month, at: time), "\(month) is not over; it can be closed when the next month has begun")
        precondition(writeOffLimit > 0, "a write-off limit of \(writeOffLimit) would never end")
        let slots = slots.clamped(to: 0..<accountCount)
        var progress = MonthCloseProgress(nextSlot: slots.lowerBound)
        var staged = slots.lowerBound
        while progress.nextSlot < slots.upperBound, progress.billsWrittenOff < writeOffLimit {
            let slot = progress.nextSlot
            if slot == staged {
                staged = min(slots.upperBound, staged + UInt32(Staging.width))
                stageFrozenBills(of: slot..<staged)
            }
            let first = entries.count
            var body = entry(.monthClosed, slot: slot, at: time)
            body.month = month.rawValue
            close(month, body: body, slot: slot, into: &entries)
            settle(slot, at: time, into: &entries)
            let outcome = finish(slot, first: first, in: &entries)
            progress.nextSlot += 1
            progress.accountsVisited += 1
            progress.billsWrittenOff += Int(outcome.billsWrittenOff)
            progress.amountWrittenOff.minorUnits += outcome.amountWrittenOff.minorUnits
            progress.billsLeftOpen += dueBillCount(of: slot)
        }
        return progress
    }

    /// Records that every account of a range has been closed for a month, so that a run resumes behind it. Idempotent.
    ///
    /// - Parameter range: slot / ``checkpointRangeSlots``.
    public mutating func recordCheckpoint(
        month: Month,
        range: UInt32,
        at time: Timestamp,
        into entries: inout [Entry]
    ) {
        guard !isCheckpointed(month: month, range: range) else { return }
        var checkpoint = Entry(.monthCheckpoint, account: 0, time: time.rawValue)
        checkpoint.month = month.rawValue
        checkpoint.detail = UInt64(range)
        checkpoint.flags = .endsCommand
        emit(checkpoint, slot: 0, into: &entries)
    }

    /// Whether a run has closed the month for all accounts of a range. O(log checkpoints).
    public func isCheckpointed(month: Month, range: UInt32) -> Bool {
        let wanted = Self.checkpoint(month.rawValue, range)
        let place = placeOfCheckpoint(wanted)
        return place < checkpoints.count && checkpoints[place] == wanted
    }

    mutating func foldCheckpoint(_ entry: Entry) {
        let checkpoint = Self.checkpoint(entry.month, UInt32(entry.detail))
        let place = placeOfCheckpoint(checkpoint)
        if place == checkpoints.count || checkpoints[place] != checkpoint { checkpoints.insert(checkpoint, at: place) }
    }

    private static func checkpoint(_ month: UInt16, _ range: UInt32) -> UInt64 { UInt64(month) << 32 | UInt64(range) }

    private func placeOfCheckpoint(_ wanted: UInt64) -> Int {
        var low = 0
        var high = checkpoints.count
        while low < high {
            let middle = (low + high) / 2
            if checkpoints[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func dueBillCount(of slot: UInt32) -> Int {
        var count = 0
        var place = accounts[slot].dueHead
        while place != BillPool.none {
            count += 1
            place = bills[place].next
        }
        return count
    }
}
