internal import Settlement

/// Idempotency keys that follow from the seed, so that the same run makes the same keys again.
struct KeyMaker: Sendable {
    /// What a key is for; part of the key.
    enum Purpose: UInt64 {
        case population = 1
        case arrival
    }

    let seed: UInt64

    func key(_ purpose: Purpose, _ number: UInt64) -> IdempotencyKey {
        IdempotencyKey(high: RandomStream.mix(seed) | 1, low: number << 4 | purpose.rawValue)
    }
}
