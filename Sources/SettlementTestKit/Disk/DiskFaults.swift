/// What a simulated disk does wrong, in cases of a thousand unless it says otherwise.
public struct DiskFaults: Sendable, Hashable {
    /// Writes that fail, with an unknown part of them written.
    public var writeError = 0
    /// Syncs that fail; what they should have made durable is then lost although reads still show it.
    public var syncError = 0
    /// Reads that fail. What is there stays there.
    public var readError = 0
    /// Syncs that succeed and make nothing durable.
    public var lyingSync = 0
    /// Synced sectors that land in another place, of a million.
    public var misdirectedWrite = 0
    /// Power failures after which one bit of one file is another.
    public var bitFlip = 0
    /// Unsynced sectors that a power failure keeps.
    public var survivingSectors = 500
    /// Bytes that the disk holds; `nil`: as many as one likes.
    public var capacity: Int?

    /// A disk without faults: only a power failure tears what was not synced.
    public init() {}

    /// No faults from now on.
    public static let none = DiskFaults()
}

/// What a simulated disk has done wrong so far.
public struct DiskCounters: Sendable, Hashable {
    /// Calls of a storage.
    public var calls = 0
    /// Calls that were made to fail.
    public var errors = 0
    /// Power failures.
    public var powerFailures = 0
    /// Bits flipped, sectors misdirected: what no single disk can repair, only detect.
    public var damages = 0
    /// Syncs that did nothing.
    public var lies = 0

    /// Nothing yet.
    public init() {}
}
