import Testing

@testable import Settlement

/// What is read of an account against what was notified, whichever comes late.
@Suite struct ArrearsDeskTests {
    private static let account = AccountID(1)
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func standing(_ epoch: UInt32) -> Standing {
        Standing(state: epoch % 2 == 1 ? .arrears : .good, epoch: epoch)
    }

    private static func time(_ epoch: UInt32) -> Timestamp { Timestamp(seconds: 1_700_000_000 + Int64(epoch)) }

    private static func notification(_ epoch: UInt32) -> Notification {
        Notification(
            shard: 0,
            sequence: UInt64(epoch),
            account: account,
            standing: standing(epoch),
            regions: .all,
            time: time(epoch)
        )
    }

    /// Desks that were notified of these epochs, in this order, and read books of another.
    private static func finding(_ epochs: [UInt32], books epoch: UInt32) -> ArrearsDesk.Finding {
        var desk = ArrearsDesk(policy: .aliyunECSChina)
        for epoch in epochs { desk.mark(notification(epoch)) }
        return desk.find(in: ScriptedAccounts.books(account, standing(epoch)), at: now, isHistoryGone: false)
    }

    @Test(arguments: [[1, 2, 3], [3, 1, 2], [3, 3, 2], [2, 3, 1, 3]] as [[UInt32]])
    func whatComesLateOrTwiceDoesNotHideTheLatest(_ epochs: [UInt32]) {
        guard case .reading(let reading) = Self.finding(epochs, books: 3) else {
            Issue.record("the latest notification is there")
            return
        }
        #expect(reading.facts.arrearsStart == Self.time(3) && reading.time == Self.time(3) && reading.epoch == 3)
    }

    @Test func booksThatAreOlderThanTheNotificationDecideNothing() {
        guard case .staleBooks = Self.finding([3], books: 1) else {
            Issue.record("the books are older")
            return
        }
    }

    @Test func arrearsWaitForTheNotificationThatDatesThem() {
        guard case .awaitsNotification = Self.finding([1], books: 3) else {
            Issue.record("nobody knows since when")
            return
        }
    }
}
