internal import Logging
internal import SettlementLedger

/// What changes by its date, without any command of the customer.
extension SettlementPool {
    func endWhatHasExpired() async {
        let time = now
        await finish("ended deferrals were not reassessed") { shard, limit in
            // Dated with the end, however late it is found: a standing changes when the right to it is over.
            await shard.endedDeferrals(at: time, atMost: limit).map { ended in
                Command(.reassess, account: ended.account, time: ended.end)
            }
        }
        // Vouchers and cards whose expiry has come pay nothing any more; this takes them out of the books.
        await finish("expired funds were not ended") { shard, limit in
            await shard.accountsWithFundsExpired(at: time, atMost: limit).map { account in
                Command(.expireFunds, account: account, time: time)
            }
        }
    }

    /// Settles what shards name, a chunk at a time: things like to expire all at once.
    ///
    /// - Parameter commands: what is to be done in a shard, at most so much; empty when nothing is left.
    private func finish(_ failure: String, commands: (BillingShard, Int) async -> [Command]) async {
        let limit = min(1_024, configuration.admittedCommandsMax)
        for shard in shards {
            do throws(SettlementError) {
                while true {
                    let due = await commands(shard, limit)
                    if due.isEmpty { break }
                    for case .failed(let error) in await submit(due, lane: .bulk) { throw error }
                }
            } catch {
                logger.warning("\(failure)", metadata: ["shard": "\(shard.index)", "error": "\(error)"])
            }
        }
    }
}
