/// 128 bits that differ if any account, open bill or name differs.
///
/// The sum of one hash for each of them: it does not depend on their order, and the digests of shards add up to the
/// digest of the whole. Idempotency keys and checkpoints are not part of it.
public struct StateDigest: Sendable, Hashable, AdditiveArithmetic {
    /// Upper half.
    public var high: UInt64
    /// Lower half.
    public var low: UInt64

    /// A digest of two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The digest of nothing.
    public static let zero = StateDigest(high: 0, low: 0)

    /// The digest of both together.
    public static func + (a: Self, b: Self) -> Self { Self(high: a.high &+ b.high, low: a.low &+ b.low) }
    /// The digest of what is left.
    public static func - (a: Self, b: Self) -> Self { Self(high: a.high &- b.high, low: a.low &- b.low) }
}

extension StateDigest: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String { [high, low].map(Self.hexadecimal).joined() }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Two independent hashes of the same words.
private struct ItemHash {
    private var high: WordHash
    private var low: WordHash

    init(seed: UInt64) {
        high = WordHash(seed: seed)
        low = WordHash(seed: ~seed)
    }

    mutating func combine(_ words: UInt64...) {
        for word in words {
            high.combine(word)
            low.combine(word)
        }
    }

    mutating func combine(signed words: Int64...) {
        for word in words {
            high.combine(word)
            low.combine(word)
        }
    }

    var digest: StateDigest { StateDigest(high: high.value, low: low.value) }
}

extension Ledger {
    /// The digest of the whole state. O(accounts + open bills + names).
    public func digest() -> StateDigest {
        var sum = StateDigest.zero
        for slot in 0..<accountCount { sum += digest(ofAccountAt: slot) }
        for (id, name) in names.names {
            var hash = ItemHash(seed: 3)
            hash.combine(id.rawValue)
            for byte in name.utf8 { hash.combine(UInt64(byte)) }
            sum += hash.digest
        }
        return sum
    }

    private func digest(ofAccountAt slot: UInt32) -> StateDigest {
        let account = accounts[slot]
        var hash = ItemHash(seed: 1)
        hash.combine(account.id, UInt64(account.currency.rawValue), account.regions)
        hash.combine(signed: account.cash, account.creditLimit, account.frozen, account.due, Int64(account.openCount))
        hash.combine(UInt64(account.epoch), UInt64(account.state.rawValue), account.writesOffAutomatically ? 1 : 0)
        if let attributes = attributes[slot] {
            for book in attributes.refundBooks {
                hash.combine(UInt64(book.month.rawValue))
                hash.combine(signed: book.amount)
            }
            for fund in attributes.funds {
                hash.combine(
                    fund.id.rawValue,
                    UInt64(fund.kind.rawValue),
                    fund.product.map { UInt64($0.rawValue) + 1 } ?? 0
                )
                hash.combine(signed: fund.amount.minorUnits, fund.expiry?.rawValue ?? .max)
            }
            if let deferral = attributes.deferral {
                hash.combine(deferral.quota == nil ? 0 : 1, deferral.until == nil ? 0 : 1)
                hash.combine(signed: deferral.quota?.minorUnits ?? 0, deferral.until?.rawValue ?? 0)
            }
        }
        return digest(ofQueue: account.dueHead, of: account.id) + digest(ofQueue: account.frozenHead, of: account.id)
            + hash.digest
    }

    private func digest(ofQueue head: UInt32, of account: UInt64) -> StateDigest {
        var sum = StateDigest.zero
        var place = head
        while place != BillPool.none {
            let bill = bills[place]
            var hash = ItemHash(seed: 2)
            hash.combine(account, bill.id, UInt64(bill.month), UInt64(bill.product), UInt64(bill.region))
            hash.combine(bill.isMarketplace ? 1 : 0, bill.isFrozen ? 1 : 0, bill.fraction)
            hash.combine(signed: bill.created, bill.amount, bill.outstanding)
            sum += hash.digest
            place = bill.next
        }
        return sum
    }
}
