public import SettlementLedger

/// An order for another period, numbered by the embedder.
public struct OrderID: RawRepresentable, Sendable, Hashable, Comparable, BitwiseCopyable {
    /// The number behind the name.
    public var rawValue: UInt64
    /// The value of this number.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// The order of this number.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// In the order of their numbers.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// A customer's order for another period of a prepaid resource.
public struct RenewalOrder: Sendable, Hashable {
    /// How far the order is.
    public enum State: Sendable, Hashable {
        /// Waits for its payment.
        case unpaid
        /// A payment has failed; another may succeed until then.
        case secondChance(until: Timestamp)
        /// Paid by this payment: the period was added.
        case paid(by: IdempotencyKey)
        /// The second chance has passed.
        case closed
    }

    /// Which order.
    public var id: OrderID
    /// How much time it buys.
    public var period: CalendarSpan
    /// How far it is.
    public var state: State

    var isOpen: Bool {
        switch state {
        case .unpaid, .secondChance: true
        case .paid, .closed: false
        }
    }
}

/// What a payment or its failure has come to.
public struct PrepaidOutcome: Sendable, Hashable {
    /// What fell due before, and what follows, in order.
    public var events: [PrepaidEvent] = []
    /// Why the payment had no effect; `nil`: it had.
    public var refusal: PrepaidRefusal?
}

/// What became of a payment that a controller was told of.
public enum PaymentAnswer: Sendable, Hashable {
    /// It is kept and outlasts a crash. What follows from it waits for the cloud:
    /// ``PrepaidController/pendingEvents(of:)`` is empty when all is carried out.
    case pending
    /// It has no effect: money that was taken has to go back.
    case refused(PrepaidRefusal)
}

/// Why a prepaid resource did not do what was asked.
public enum PrepaidRefusal: Sendable, Hashable {
    /// There is an order of this number.
    case orderExists
    /// No open order of this number: unknown, paid or closed.
    case orderNotOpen
    /// The period is not a positive number of months and days.
    case invalidPeriod
    /// The resource went back to the vendor; only a new one can be bought.
    case released
    /// This attempt at automatic renewal is not under way.
    case noAttempt
}

/// One attempt at automatic renewal of a resource: it is answered by name, however often.
public struct RenewalAttempt: Sendable, Hashable {
    /// The end of what was paid for, from which the attempt was counted.
    public var expiry: Timestamp
    /// Its place in the table of the terms, from 1.
    public var number: Int
    /// The attempt of this name.
    public init(expiry: Timestamp, number: Int) {
        self.expiry = expiry
        self.number = number
    }
}

/// Something that a prepaid resource has come to, to be carried out by a shell.
public struct PrepaidEvent: Sendable, Hashable {
    /// What has happened.
    public enum Kind: Sendable, Hashable {
        /// Take money for the next period, and answer with ``PrepaidLife/renewalAttempted(_:succeeded:at:)``.
        case attemptRenewal(RenewalAttempt)
        /// Tell the customer that an attempt found no money.
        case mailFailure(attempt: Int)
        /// A period was paid for; it starts where the one before ended, however late the payment.
        case renewed(from: Timestamp, until: Timestamp)
        /// An order was not paid in time.
        case orderClosed(OrderID)
        /// The policy around the expiry has come to something.
        case policy(ArrearsEvent.Kind, stage: String?)
    }

    /// When it happened.
    public var time: Timestamp
    /// What has happened.
    public var kind: Kind

    /// An event at an instant.
    public init(time: Timestamp, _ kind: Kind) {
        self.time = time
        self.kind = kind
    }
}
