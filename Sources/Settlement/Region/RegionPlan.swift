public import SettlementLedger

/// What shall happen to one instance: what its account's standing wants, against what is observed.
///
/// The first row that applies decides:
///
/// | # | standing | instance | plan |
/// |---|---|---|---|
/// | 1 | unknown | any | nothing: `unknownStanding` |
/// | 2 | any | released | nothing: `released` |
/// | 3 | older than our mark | any | nothing: `staleStanding` |
/// | 4 | any | locked by another authority | nothing: `locked` |
/// | 5 | arrears | running | stop |
/// | 6 | arrears | pending, starting | nothing: `inTransition` |
/// | 7 | arrears | stopping, stopped | nothing: `asDesired` |
/// | 8 | good | running, our mark left over | start, which lifts the mark |
/// | 9 | good | pending, starting, running | nothing: `asDesired` |
/// | 10 | good | stopped or stopping, not by us or not from running | nothing: `stoppedByUser` |
/// | 11 | good | stopping | nothing: `inTransition` |
/// | 12 | good | stopped | start |
public enum RegionPlan: Sendable, Hashable, BitwiseCopyable {
    case start
    case stop(epoch: UInt32)
    case nothing(Reason)

    /// Why nothing is to be done.
    public enum Reason: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
        /// No destructive call without a standing.
        case unknownStanding
        /// It is gone for ever.
        case released
        /// The standing is older than what the instance obeyed last: read it again.
        case staleStanding
        /// A security or another foreign lock survives payment and arrears.
        case locked
        /// It is what the standing wants.
        case asDesired
        /// It cannot be commanded now: look again soon.
        case inTransition
        /// Its user had stopped it; a payment does not start it.
        case stoppedByUser
    }

    /// Decides by the table above. O(1).
    public init(standing: Standing?, instance: Instance) {
        guard let standing else {
            self = .nothing(.unknownStanding)
            return
        }
        if instance.state == .released {
            self = .nothing(.released)
        } else if let mark = instance.mark, !Self.isCurrent(standing, against: mark) {
            self = .nothing(.staleStanding)
        } else if !instance.locks.subtracting(.financial).isEmpty {
            self = .nothing(.locked)
        } else {
            self = standing.state == .arrears ? Self.inArrears(standing, instance) : Self.inGoodStanding(instance)
        }
    }

    /// Whether a stop may still be issued, with the standing as read directly before. O(1).
    public static func mayStop(epoch: UInt32, standing: Standing?) -> Bool {
        standing == Standing(state: .arrears, epoch: epoch)
    }

    /// Epochs grow at each change: a good standing is newer than the arrears it ended, never equal.
    private static func isCurrent(_ standing: Standing, against mark: SuspensionMark) -> Bool {
        standing.state == .good ? standing.epoch > mark.epoch : standing.epoch >= mark.epoch
    }

    private static func inArrears(_ standing: Standing, _ instance: Instance) -> RegionPlan {
        switch instance.state {
        case .running: .stop(epoch: standing.epoch)
        case .pending, .starting: .nothing(.inTransition)
        case .stopping, .stopped, .released: .nothing(.asDesired)
        }
    }

    private static func inGoodStanding(_ instance: Instance) -> RegionPlan {
        switch instance.state {
        case .running: instance.mark == nil ? .nothing(.asDesired) : .start
        case .pending, .starting, .released: .nothing(.asDesired)
        case .stopping, .stopped:
            if instance.mark?.priorState != .running {
                .nothing(.stoppedByUser)
            } else if instance.state == .stopping {
                .nothing(.inTransition)
            } else {
                .start
            }
        }
    }
}
