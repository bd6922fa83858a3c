internal import SettlementJournal
internal import SettlementLedger

/// What an arrears service's journal holds, while it is read back.
final class RecoveredArrears {
    private(set) var desk: ArrearsDesk
    /// How far the bus was taken, by shard; empty: not at all.
    private(set) var cursor: [UInt64] = []
    /// `nil`: a journal without a service's mark is a new one.
    private(set) var fingerprint: UInt64?
    private(set) var isDamaged = false

    init(policy: ArrearsPolicy) { desk = ArrearsDesk(policy: policy) }

    func take(_ part: RecoveredPart, _ bytes: RawSpan) {
        // Cells and sections of a snapshot have one form.
        for cell in ArrearsCell.cells(in: bytes) {
            switch cell.kind {
            case .policy: fingerprint = UInt64(bitPattern: cell.first)
            case .cursor: moveCursor(cell)
            case .facts: desk.learn(cell)
            case .userResumed: catchUp(cell) { $0.resume(cell) }
            case .withdrawn: catchUp(cell) { $0.withdraw(cell) }
            case .done: catchUp(cell) { $0.complete(cell) }
            case nil: isDamaged = true
            }
        }
    }

    /// What time alone has told came before what is done about it.
    private func catchUp(_ cell: ArrearsCell, _ take: (inout ArrearsDesk) -> Void) {
        desk.advance(AccountID(cell.account), to: Timestamp(nanoseconds: cell.time))
        take(&desk)
    }

    private func moveCursor(_ cell: ArrearsCell) {
        let shard = Int(cell.first)
        while cursor.count <= shard { cursor.append(0) }
        cursor[shard] = UInt64(bitPattern: cell.second)
    }
}

extension ArrearsDesk {
    /// Everything that is needed to come to the same state again, in sections of about `limit` cells.
    func snapshot(cursor: [UInt64], limit: Int) -> [[ArrearsCell]] {
        var sections: [[ArrearsCell]] = [[policyCell] + Self.cells(of: cursor)]
        for (account, file) in files.sorted(by: { $0.key < $1.key }) {
            if sections[sections.count - 1].count >= limit { sections.append([]) }
            sections[sections.count - 1] += file.cells
            if file.doneCount > 0 {
                var done = ArrearsCell(.done, account: account, time: file.doneTime)
                done.first = Int64(file.doneCount)
                sections[sections.count - 1].append(done)
            }
        }
        return sections
    }

    var policyCell: ArrearsCell {
        var cell = ArrearsCell(.policy)
        cell.first = Int64(bitPattern: book.policy.fingerprint)
        return cell
    }

    static func cells(of cursor: [UInt64]) -> [ArrearsCell] {
        cursor.enumerated().map { shard, sequence in
            var cell = ArrearsCell(.cursor)
            cell.first = Int64(shard)
            cell.second = Int64(bitPattern: sequence)
            return cell
        }
    }
}
