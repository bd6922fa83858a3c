public import SettlementLedger

/// Where an arrears service reads what accounts owe. It never writes there.
public protocol ArrearsSource: Sendable {
    /// Figures and open bills of each account, in the order asked; `nil`: no such account.
    ///
    /// - Throws: ``StandingUnavailable`` when they cannot be known now. Unknown never means *stop*.
    func books(of accounts: [AccountID]) async throws(StandingUnavailable) -> [AccountBooks?]

    /// A page of the accounts that owe something that is due, or more than they have.
    func accountsOwing(after place: OwingPage.Place?) async throws(StandingUnavailable) -> OwingPage
}

/// What one account has and owes, read in one turn.
public struct AccountBooks: Sendable, Hashable {
    /// Its figures.
    public var account: AccountView
    /// Its open bills in write-off order.
    public var bills: [BillView]
    /// The books of an account.
    public init(account: AccountView, bills: [BillView]) {
        self.account = account
        self.bills = bills
    }
}

/// A part of the list of accounts that owe.
public struct OwingPage: Sendable, Hashable {
    /// Where the next page begins.
    public struct Place: Sendable, Hashable {
        /// Numbered from 0.
        public var shard: Int
        /// The first slot to look at.
        public var slot: UInt32
        /// A place in the list.
        public init(shard: Int, slot: UInt32) {
            self.shard = shard
            self.slot = slot
        }
    }

    /// In the order of their slots.
    public var accounts: [AccountID]
    /// `nil`: this was the last page.
    public var next: Place?
    /// A page with its successor.
    public init(accounts: [AccountID], next: Place?) {
        self.accounts = accounts
        self.next = next
    }
}

extension SettlementPool: ArrearsSource {
    /// One turn of each shard concerned. O(accounts + their open bills).
    public func books(of accounts: [AccountID]) async throws(StandingUnavailable) -> [AccountBooks?] {
        var result = [AccountBooks?](repeating: nil, count: accounts.count)
        for (shard, positions) in positionsByShard(accounts) where !positions.isEmpty {
            let found = try await shards[shard].books(of: positions.map { accounts[$0] })
            for (position, books) in zip(positions, found) { result[position] = books }
        }
        return result
    }

    /// One turn of a shard for each 16,384 of its accounts.
    public func accountsOwing(after place: OwingPage.Place?) async throws(StandingUnavailable) -> OwingPage {
        var place = place ?? OwingPage.Place(shard: 0, slot: 0)
        let span: UInt32 = 16_384
        let (accounts, count) = try await shards[place.shard].accountsOwing(slots: place.slot..<place.slot + span)
        place.slot += span
        if place.slot >= count { place = OwingPage.Place(shard: place.shard + 1, slot: 0) }
        return OwingPage(accounts: accounts, next: place.shard < shards.count ? place : nil)
    }
}
