/// What has been staged and is not durable yet, and who waits for it. A value without effects: the shell around it writes
/// the groups and resumes the waiters.
struct GroupQueue<Waiter> {
    private let groupBytesMax: Int
    private(set) var stagedSequences: [UInt64]
    private var filling: StagedGroup
    /// Full groups in front of the one being filled.
    private var full: [StagedGroup] = []
    private var inFlight: UInt64?
    private(set) var durableGroup: UInt64 = 0
    /// Per group, in ascending order of groups.
    private var waiting: [(group: UInt64, waiters: [Waiter])] = []
    private(set) var stagedBytes = 0
    /// Set once: the journal was closed or has failed, and takes no more.
    private(set) var refusal: JournalFailure?
    /// Memory of groups that are done.
    private var buffers: [[UInt8]] = []

    init(sequences: [UInt64], groupBytesMax: Int) {
        self.groupBytesMax = groupBytesMax
        stagedSequences = sequences
        filling = StagedGroup(number: 1)
    }

    /// Whether a group waits to be written and none is being written.
    var isReady: Bool { inFlight == nil && !(full.isEmpty && filling.isEmpty) }

    /// The ticket of everything staged so far.
    var lastTicket: JournalTicket { JournalTicket(group: filling.isEmpty ? filling.number - 1 : filling.number) }

    /// Adds cells behind everything staged before. The refusal is the caller's to check first.
    mutating func stage(_ cells: RawSpan, shard: Int, after sequence: UInt64) -> JournalTicket {
        precondition(
            stagedSequences[shard] == sequence,
            "shard \(shard): staged after \(sequence), not \(stagedSequences[shard])"
        )
        if filling.sealedBytes(adding: cells.byteCount, shard: shard) > groupBytesMax, !filling.isEmpty {
            full.append(filling)
            filling = StagedGroup(number: filling.number + 1, buffer: buffers.popLast() ?? [])
        }
        filling.append(cells, shard: shard, firstSequence: sequence + 1)
        stagedSequences[shard] += UInt64(cells.byteCount / Cell.byteCount)
        stagedBytes += cells.byteCount
        return JournalTicket(group: filling.number)
    }

    /// The next group to write. None while another is being written.
    mutating func take() -> StagedGroup? {
        guard isReady else { return nil }
        let group: StagedGroup
        if full.isEmpty {
            group = filling
            filling = StagedGroup(number: group.number + 1, buffer: buffers.popLast() ?? [])
        } else {
            group = full.removeFirst()
        }
        inFlight = group.number
        return group
    }

    /// Takes back a group of which nothing was written.
    mutating func putBack(_ group: StagedGroup) {
        precondition(inFlight == group.number, "a group came back that was not under way")
        inFlight = nil
        full.insert(group, at: 0)
    }

    /// The group is durable: returns who waited for it.
    mutating func finish(_ group: consuming StagedGroup) -> [Waiter] {
        precondition(inFlight == group.number && group.number == durableGroup + 1, "groups become durable in order")
        inFlight = nil
        durableGroup = group.number
        stagedBytes -= group.frames.reduce(0) { $0 + $1.payloadBytes }
        if buffers.count < 2 { buffers.append(group.takeBuffer()) }
        guard let first = waiting.first, first.group <= durableGroup else { return [] }
        return waiting.removeFirst().waiters
    }

    /// Registers a waiter, unless the answer is known.
    mutating func wait(for ticket: JournalTicket, _ waiter: Waiter) -> WaitAnswer {
        precondition(ticket.group <= filling.number, "a ticket of another journal")
        if ticket.group <= durableGroup { return .durable }
        if let refusal, refusal.code != .closed { return .failed(refusal) }
        let index = waiting.firstIndex { $0.group >= ticket.group } ?? waiting.endIndex
        if index < waiting.endIndex, waiting[index].group == ticket.group {
            waiting[index].waiters.append(waiter)
        } else {
            waiting.insert((ticket.group, [waiter]), at: index)
        }
        return .waiting
    }

    /// Nothing more is taken. Groups staged before are still written. The first refusal stays.
    mutating func close() {
        refusal = refusal ?? .closed
    }

    /// Nothing more is taken or written: returns everyone who still waited.
    mutating func fail(_ failure: JournalFailure) -> [Waiter] {
        if refusal == nil || refusal?.code == .closed { refusal = failure }
        full = []
        filling = StagedGroup(number: filling.number)
        inFlight = nil
        defer { waiting = [] }
        return waiting.flatMap(\.waiters)
    }
}

enum WaitAnswer: Hashable {
    case durable
    case failed(JournalFailure)
    case waiting
}
