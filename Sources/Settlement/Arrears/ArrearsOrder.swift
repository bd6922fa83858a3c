public import SettlementLedger

/// Something that a policy has come to and that is to be done for one account.
///
/// The whole value is its identity: an order that comes again after a restart is equal to the one before.
public struct ArrearsOrder: Sendable, Hashable {
    /// The policy's name.
    public var policy: String
    /// Whose case.
    public var account: AccountID
    /// The epoch of the account's standing by which it was decided.
    public var epoch: UInt32
    /// Counts the orders of the account's case from 0.
    public var number: UInt32
    /// What has happened, and when.
    public var event: ArrearsEvent
    /// What the policy leaves of the product after it: what to bring about, whatever came before.
    public var level: ServiceLevel

    /// An order with its identity.
    public init(
        policy: String,
        account: AccountID,
        epoch: UInt32,
        number: UInt32,
        event: ArrearsEvent,
        level: ServiceLevel
    ) {
        self.policy = policy
        self.account = account
        self.epoch = epoch
        self.number = number
        self.event = event
        self.level = level
    }

    /// Whether nothing can undo it once it is done.
    var isFinal: Bool {
        guard case .act(let action) = event.kind else { return false }
        return action == .release || action == .purge
    }
}

extension ArrearsPolicy {
    /// Whether the books of now still lead to an order that waits.
    ///
    /// - Parameter books: `nil`: there is no such account.
    func stillAsks(for order: ArrearsOrder, by books: AccountBooks?, at now: Timestamp) -> Bool {
        guard let books else { return false }
        let account = books.account
        if account.openDue == .zero, account.availableCredit >= .zero, account.standing.state == .good { return false }
        guard let stage = stages.first(where: { $0.name == order.event.stage }), stage.anchor == .earliestOverdueBill
        else { return true }
        let facts = ArrearsFacts(account: account, bills: books.bills, since: nil, zone: timeZone)
        guard let anchor = facts.earliestOverdueBill else { return false }
        return anchor.adding(stage.age, in: timeZone) <= now
    }
}

/// What became of an order.
public enum ArrearsAnswer: Sendable, Hashable {
    /// It is done, or is no business of this receiver. It will not come again.
    case done
    /// It could not be done now: it comes again, and nothing later of its account comes before.
    case retry
}

/// The door through which an arrears service acts: messages, the shop, controllers of products.
///
/// Orders of one account come one after the other in the order in which they fell due. Each comes until it is answered with
/// ``ArrearsAnswer/done``, and after a crash perhaps once more: who sends mail remembers what was sent.
public protocol ArrearsActions: Sendable {
    /// Carries out some orders.
    /// - Returns: one answer for each, in the order given.
    func carryOut(_ orders: [ArrearsOrder]) async -> [ArrearsAnswer]
}

/// Several receivers that each take from an order what is theirs. An order is done when all have done it.
///
/// What one puts off, the next does not hear of: name those first whose effects the others tell of.
public struct CombinedActions: ArrearsActions {
    private let receivers: [any ArrearsActions]

    /// Receivers in the order in which they are asked.
    public init(_ receivers: [any ArrearsActions]) { self.receivers = receivers }

    /// Asks one receiver after the other.
    public func carryOut(_ orders: [ArrearsOrder]) async -> [ArrearsAnswer] {
        var answers = [ArrearsAnswer](repeating: .done, count: orders.count)
        var held: Set<AccountID> = []
        for receiver in receivers {
            let places = orders.indices.filter { answers[$0] == .done }
            let given = places.map { orders[$0] }
            if given.isEmpty { break }
            for (place, answer) in zip(places, await receiver.carryOut(given)) {
                if answer == .retry { held.insert(orders[place].account) }
                // Nothing later of an account comes before.
                if held.contains(orders[place].account) { answers[place] = .retry }
            }
        }
        return answers
    }
}
