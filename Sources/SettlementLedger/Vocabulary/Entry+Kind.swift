extension Entry {
    /// What happened. Values are never reused: they are the journal's format.
    ///
    /// The first group carries the body of a command and its key; the second says what followed from it.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// `amount`: credit limit.
        case accountOpened = 1
        /// `amount`: cash that arrived.
        case recharged
        /// `amount`: whole minor units; `detail`: creation time; flag ``Flags/frozen``: not due yet.
        case billIssued
        /// One chosen bill shall be paid in full; the payments follow.
        case writeOffOrdered
        /// `amount`: the new limit.
        case creditLimitSet
        /// `detail`: 1 on, 0 off.
        case automaticWriteOffSet
        /// `amount`: quota, if bit 0 of `product` is set; `detail`: end in nanoseconds, if bit 1 is set.
        case deferralSet
        case deferralCleared
        /// `amount` enters the refund book of `month`.
        case refunded
        /// `amount`: by how much the outstanding amount of `bill` fell.
        case adjusted
        /// `amount`: what was outstanding of `bill` and is given up.
        case chargedOff
        /// `amount`: cash that left.
        case withdrawn
        /// Frozen bills up to `month` are due now; `amount`: their outstanding sum; `detail`: their number.
        case monthClosed
        /// The standing was looked at; written only for a command with a key.
        case reassessed

        /// `detail`: what `bill` has beyond whole minor units, in 10⁻¹⁸.
        case billFraction
        /// `detail`: the fraction of `bill` that was rounded away; a bill of nothing else is closed by this.
        case roundedDown
        /// `amount` of cash paid towards `bill`; `detail`: what is still outstanding.
        case writtenOff
        /// `amount` of the refund book of month `keyLow` paid towards `bill`; `detail`: what is still outstanding.
        case writtenOffFromRefunds
        /// `product`: the new state; `bill`: the new epoch; `detail`: the set of regions. This is the notification.
        case standingChanged
        /// The slots of range `detail` were closed for `month`.
        case monthCheckpoint
        /// An external name of `amount` bytes for `account`; continuations follow if it is longer than 32 bytes.
        case nameInterned

        /// A fund of `amount`: `bill` is its id, `month` its kind in the low byte (bit 8: dedicated to `product`, bit 9:
        /// expires at `detail`). Like the first group it carries the body of a command, as do all from 64 through 127.
        case fundGranted = 64
        /// The account's expired funds end; they follow.
        case fundsExpired

        /// `amount` of fund `keyLow`, of kind `keyHigh`, paid towards `bill`; `detail`: what is still outstanding.
        case writtenOffFromFund = 128
        /// `amount` was left of fund `bill`, of kind `keyHigh`, when it expired.
        case fundExpired

        /// More bytes of the entry before it.
        case continuation = 255
    }

    /// What happened; `nil`: a kind that this version does not know.
    public var kind: Kind? { Kind(rawValue: rawKind) }

    /// Whether the entry carries the body of its command.
    public var isBody: Bool { rawKind <= Kind.reassessed.rawValue || rawKind & 0xc0 == 0x40 }

    /// The key of the command that wrote the entry; only the entry that carries the command's body has it.
    var key: IdempotencyKey {
        guard isBody else { return .none }
        return IdempotencyKey(high: keyHigh, low: keyLow)
    }
}

/// A change between good standing and arrears, as the journal tells it.
public struct StandingChange: Sendable, Hashable {
    /// Whose standing changed.
    public var account: AccountID
    /// The standing after the change.
    public var standing: Standing
    /// The regions in which the account is billed.
    public var regions: RegionSet
    /// Business time of the change.
    public var time: Timestamp

    /// The parts of a change, as they are stored.
    public init(account: AccountID, standing: Standing, regions: RegionSet, time: Timestamp) {
        self.account = account
        self.standing = standing
        self.regions = regions
        self.time = time
    }
}

extension Entry {
    /// The change of standing that this entry tells; `nil` for every other kind. O(1).
    public var standingChange: StandingChange? {
        guard rawKind == Kind.standingChanged.rawValue,
            let state = Standing.State(rawValue: UInt8(truncatingIfNeeded: product))
        else { return nil }
        return StandingChange(
            account: AccountID(account),
            standing: Standing(state: state, epoch: UInt32(truncatingIfNeeded: bill)),
            regions: RegionSet(rawValue: detail),
            time: Timestamp(rawValue: time)
        )
    }
}
