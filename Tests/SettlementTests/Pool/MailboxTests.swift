import BasicContainers
import Testing

@testable import Settlement

/// Who leads, who joins whose batch, and that everyone is woken once with what is theirs.
@Suite struct MailboxTests {
    /// Callers who add a request each, one after the other, and keep what they were woken with.
    private struct Callers {
        let mailbox: Mailbox

        /// - Parameter body: called when all wait; must wake every one of them.
        func turns(of callers: ClosedRange<UInt64>, _ body: () -> Void) async -> [UInt64: String] {
            await withTaskGroup(of: (UInt64, String).self) { group in
                for caller in callers {
                    let (added, adding) = AsyncStream.makeStream(of: Void.self)
                    group.addTask {
                        let turn = await withUnsafeContinuation { continuation in
                            let leads = try? mailbox.add(request(caller), from: continuation)
                            if leads == true { continuation.resume(returning: .lead(submittedAt: 0)) }
                            adding.finish()
                        }
                        return (caller, text(turn))
                    }
                    for await _ in added {}
                }
                body()
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }

        private func request(_ account: UInt64) -> Request {
            let command = Command(.reassess, account: AccountID(account), time: Timestamp(nanoseconds: 0))
            return Request(command: command, submittedAt: 0, intendedAt: 0)
        }

        private func text(_ turn: Mailbox.Turn) -> String {
            switch turn {
            case .lead: "leads"
            case .settled(let outcome): "settled \(outcome.billsWrittenOff)"
            case .failed(let error): "\(error.code)"
            }
        }
    }

    private func accounts(_ requests: borrowing Requests) -> [UInt64] {
        requests.commands.span.indices.map { requests.commands[$0].account.rawValue }
    }

    private func answer(_ requests: consuming Requests) {
        requests.answer(
            accounts(requests).map {
                var outcome = Outcome()
                outcome.billsWrittenOff = UInt32($0)
                return outcome
            }
        )
    }

    private func mailbox(batchesInFlight: Int, batchMax: Int) -> Mailbox {
        let admission = Admission(shard: 0, commandsMax: 100, bytesMax: .max)
        return Mailbox(batchesInFlight: batchesInFlight, batchMax: batchMax, admission: admission)
    }

    @Test func callsJoinInOrderInBatchesOfBoundedSize() async {
        let mailbox = mailbox(batchesInFlight: 1, batchMax: 3)
        let turns = await Callers(mailbox: mailbox).turns(of: 1...7) {
            let first = mailbox.takeFollowers()
            #expect(accounts(first) == [2, 3])
            answer(first)
            // The last to come leads the next batch; those before it go first.
            mailbox.finishLeading()
            let second = mailbox.takeFollowers()
            #expect(accounts(second) == [4, 5])
            second.answer(SettlementError.closed)
            let third = mailbox.takeFollowers()
            #expect(accounts(third) == [6])
            answer(third)
            mailbox.finishLeading()
        }
        #expect(
            turns == [
                1: "leads", 2: "settled 2", 3: "settled 3", 4: "closed", 5: "closed", 6: "settled 6", 7: "leads",
            ]
        )
        #expect(await Callers(mailbox: mailbox).turns(of: 8...8) {} == [8: "leads"], "nobody leads and nobody waits")
    }

    @Test func leadersAreTakenFromFullBatchesWhenNobodyElseWaits() async {
        let mailbox = mailbox(batchesInFlight: 2, batchMax: 2)
        let turns = await Callers(mailbox: mailbox).turns(of: 1...4) {
            mailbox.finishLeading()
            mailbox.finishLeading()
            #expect(accounts(mailbox.takeFollowers()) == [])
        }
        #expect(turns == [1: "leads", 2: "leads", 3: "leads", 4: "leads"])
    }

    @Test func aBatchOfOneTakesNobodyAlong() async {
        let mailbox = mailbox(batchesInFlight: 1, batchMax: 1)
        let turns = await Callers(mailbox: mailbox).turns(of: 1...3) {
            #expect(accounts(mailbox.takeFollowers()) == [])
            mailbox.finishLeading()
            mailbox.finishLeading()
        }
        #expect(turns == [1: "leads", 2: "leads", 3: "leads"])
    }
}
