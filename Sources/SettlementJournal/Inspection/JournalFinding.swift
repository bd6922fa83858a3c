/// Something in a journal's directory that is not as it should be.
public struct JournalFinding: Hashable, Sendable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable {
        /// Nothing is lost and the journal opens, but a spare copy is used up or a write was cut short.
        case notice
        /// The journal does not open.
        case refusal
    }

    /// How bad it is.
    public var severity: Severity
    /// Where it is.
    public var place: JournalPlace
    /// What it is.
    public var problem: String
    /// What it means for whoever runs the service.
    public var meaning: String

    /// `notice at anchor:4096: …`
    public var description: String { "\(severity.rawValue) at \(place): \(problem). \(meaning)" }
}

extension JournalFinding {
    static func lostAnchorSlot(_ slot: Int) -> JournalFinding {
        JournalFinding(
            severity: .notice,
            place: JournalPlace(file: FileName.anchor),
            problem: "slot \(slot) of 2 is unreadable",
            meaning: "The other slot is used. A write of it was cut short, or the disk is failing."
        )
    }

    static func uselessSnapshot(_ place: JournalPlace, _ problem: String) -> JournalFinding {
        JournalFinding(
            severity: .notice,
            place: place,
            problem: "the snapshot cannot be used: \(problem)",
            meaning: "Nothing is lost: the shard's other snapshot, or the log, is used. The disk may be failing."
        )
    }

    static func tornWrite(_ torn: Range<Int>, segment: UInt64) -> JournalFinding {
        JournalFinding(
            severity: .notice,
            place: JournalPlace(file: FileName.segment(segment), offset: torn.lowerBound),
            problem: "a write of \(torn.count) bytes was cut short",
            meaning: "It was never acknowledged. Opening keeps it aside in a .torn file and goes on in front of it."
        )
    }

    /// Why the journal does not open.
    init(_ error: JournalOpenError) {
        self.init(severity: .refusal, place: error.place, problem: error.problem, meaning: error.remedy)
    }
}
