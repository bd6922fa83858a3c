/// The names of a journal's files. Numbers are padded, so that names sort as their numbers do.
enum FileName {
    static let lock = "LOCK"
    static let anchor = "anchor"
    /// The zeroed segment that is ready to become the next one, and the reserve of a full disk.
    static let spare = "spare"
    /// Work that a crash may leave behind; removed at the next open.
    static let temporarySuffix = ".tmp"

    static func segment(_ number: UInt64) -> String { "segment-" + padded(number, to: 12) }

    static func snapshot(shard: Int, slot: Int) -> String {
        "snapshot-" + padded(UInt64(shard), to: 4) + (slot == 0 ? "-a" : "-b")
    }

    /// What a torn write left behind the log, kept for a person to look at.
    static func torn(_ position: LogPosition) -> String {
        segment(position.segment) + "-at-" + padded(UInt64(position.offset), to: 10) + ".torn"
    }

    /// The number of a segment's name, or nil for any other file.
    static func segmentNumber(_ name: String) -> UInt64? {
        guard name.hasPrefix("segment-"), let number = UInt64(name.dropFirst(8)), segment(number) == name else {
            return nil
        }
        return number
    }

    private static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
