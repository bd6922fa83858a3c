/// Some of the accounts of a population, chosen exactly in number.
struct AccountChoice {
    private let count: Int
    private let excluded: [UInt64]
    private var free: Int
    /// Ascending.
    private(set) var accounts: [UInt32] = []
    /// A bit for each account.
    private(set) var bits: [UInt64]

    /// None of `count` accounts yet; those of another choice stay out of it.
    init(count: Int, except other: AccountChoice? = nil) {
        self.count = count
        bits = [UInt64](repeating: 0, count: (count + 63) / 64)
        excluded = other?.bits ?? bits
        free = count - (other?.accounts.count ?? 0)
    }

    /// Adds accounts of which none is chosen or excluded; before the others.
    mutating func add(_ indices: Range<Int>) {
        for index in indices { insert(index) }
    }

    /// Adds exactly `wanted` of those that are left, or all of them, each set with equal chance, in one pass.
    mutating func choose(_ wanted: Int, random: inout RandomStream) {
        guard wanted > 0 else { return }
        var missing = wanted
        var left = free
        let first = accounts.count
        for index in first..<count where excluded[index >> 6] >> UInt64(index & 63) & 1 == 0 {
            if random.next(below: UInt64(left)) < UInt64(missing) {
                insert(index)
                missing -= 1
            }
            left -= 1
        }
    }

    private mutating func insert(_ index: Int) {
        accounts.append(UInt32(index))
        bits[index >> 6] |= 1 << UInt64(index & 63)
        free -= 1
    }
}
