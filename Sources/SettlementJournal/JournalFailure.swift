/// Where in a journal's directory something is.
public struct JournalPlace: Hashable, Sendable, CustomStringConvertible {
    /// Name relative to the journal's directory.
    public var file: String?
    /// Byte offset in the file.
    public var offset: Int?
    /// The shard concerned, when known.
    public var shard: Int?
    /// The first sequence concerned, when known.
    public var sequence: UInt64?

    /// A place; what is not known stays out.
    public init(file: String? = nil, offset: Int? = nil, shard: Int? = nil, sequence: UInt64? = nil) {
        self.file = file
        self.offset = offset
        self.shard = shard
        self.sequence = sequence
    }

    /// `file:offset, shard 3, sequence 42`, without what is not known.
    public var description: String {
        var parts: [String] = []
        if let file { parts.append(offset.map { "\(file):\($0)" } ?? file) }
        if let shard { parts.append("shard \(shard)") }
        if let sequence { parts.append("sequence \(sequence)") }
        return parts.joined(separator: ", ")
    }
}

/// Why a journal in use refused or failed.
public struct JournalFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Hashable, Sendable {
        /// A write or sync failed: what was staged may or may not be on disk. The journal is at its end.
        case unknownOutcome
        /// The journal was closed.
        case closed
        /// Free space is below the low-water mark, or the next segment cannot be made. Passes by itself.
        case diskFull
        /// The stage is larger than ``Journal/stageBytesMax``.
        case stageTooLarge
        /// A file could not be read.
        case unreadable
        /// Bytes that were written are no longer what was written.
        case damaged
        /// The shard already has a snapshot under way.
        case snapshotInProgress
        /// The snapshot could not be written or verified; the older ones stay.
        case snapshotFailed
    }

    /// What kind of failure this is.
    public var code: Code
    /// Where it was.
    public var place: JournalPlace
    /// What was wrong.
    public var problem: String
    /// What was expected, and what to do.
    public var remedy: String

    init(_ code: Code, at place: JournalPlace = JournalPlace(), _ problem: String, remedy: String) {
        self.code = code
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// One line: where, what, and what to do.
    public var description: String { sentence(place, code.rawValue, problem, remedy) }
}

/// Why a journal could not be opened. Nothing was changed that could be needed to recover it.
public struct JournalOpenError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of refusal.
    public enum Code: String, Hashable, Sendable {
        /// A setting is out of its range.
        case badConfiguration
        /// Another process (or another journal of this process) holds the directory.
        case locked
        /// The directory was created with another number of shards.
        case shardCountMismatch
        /// A file was written by a version this one does not know.
        case unknownVersion
        /// Acknowledged bytes are no longer what was written.
        case damaged
        /// A file of the journal is missing.
        case missing
        /// A file belongs to another journal, or to another place in this one.
        case foreign
        /// The log ends before a point it is known to have reached: an older copy was put back, or its end was cut off.
        case behind
        /// A shard's early cells were removed and no snapshot that replaces them is intact.
        case noUsableSnapshot
        /// The file system refused.
        case unreadable
        /// There is not enough space to open safely.
        case diskFull
        /// The process may have no more open files, threads or memory.
        case exhausted
        /// The caller refused what was recovered.
        case replayRefused
    }

    /// What kind of refusal this is.
    public var code: Code
    /// Where the trouble is.
    public var place: JournalPlace
    /// What was wrong.
    public var problem: String
    /// What was expected, and what to do.
    public var remedy: String

    init(_ code: Code, at place: JournalPlace = JournalPlace(), _ problem: String, remedy: String) {
        self.code = code
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// One line: where, what, and what to do.
    public var description: String { sentence(place, code.rawValue, problem, remedy) }
}

private func sentence(_ place: JournalPlace, _ code: String, _ problem: String, _ remedy: String) -> String {
    let location = place.description
    return "journal \(code)" + (location.isEmpty ? "" : " at \(location)") + ": \(problem). \(remedy)"
}

extension JournalFailure {
    static let closed = JournalFailure(.closed, "the journal was closed", remedy: "Open it again to go on.")

    static func stageTooLarge(_ bytes: Int, max: Int, shard: Int) -> JournalFailure {
        JournalFailure(
            .stageTooLarge,
            at: JournalPlace(shard: shard),
            "a stage of \(bytes) bytes",
            remedy: "Expected at most \(max): stage smaller batches or configure a larger groupBytesMax."
        )
    }

    static func diskFull(_ problem: String) -> JournalFailure {
        JournalFailure(
            .diskFull,
            problem,
            remedy: "Nothing was written: make room, and work is admitted again by itself."
        )
    }
}

/// Checks what the log depends on: whole cells, none of which could be mistaken for a lost sector. O(cells).
func checkCells(_ cells: RawSpan) {
    precondition(cells.byteCount > 0 && cells.byteCount % Cell.byteCount == 0, "a stage is one or more whole cells")
    for offset in stride(from: 0, to: cells.byteCount, by: Cell.byteCount) {
        precondition(cells.integer(at: offset, as: UInt8.self) != 0, "the first byte of a cell is never zero")
    }
}
