internal import DequeModule
internal import Settlement
internal import SettlementLedger

/// One endpoint's place in the service: what waits, and how far it has come.
struct WebhookDesk {
    /// A robot's line.
    struct Line {
        var text: String
        var number: UInt64
    }

    var endpoint: WebhookEndpoint
    var state: EndpointState
    /// `nil`: no robot.
    var pace: RobotPace?
    /// What a robot says next, in one message.
    private(set) var lines: Deque<Line> = []
    /// Lines given up since the last message.
    private var droppedLines = 0
    private var digests: UInt64 = 0
    /// Up to where the bus was taken; `nil`: it was not.
    var cursor: BusCursor?
    /// The last number that was added.
    private(set) var lastNumber: UInt64
    /// Something waits.
    let waiting = WakeSignal()
    /// Nothing waits any more.
    let drained = WakeSignal()

    /// - Parameter done: the last number that needs nothing more.
    init(endpoint: WebhookEndpoint, settings: WebhookSettings, cursor: BusCursor?, done: UInt64) {
        self.endpoint = endpoint
        self.state = EndpointState(settings: settings)
        self.cursor = cursor
        self.lastNumber = done
        if case .dingTalk = endpoint.signing { pace = RobotPace() }
    }

    /// The last number that needs nothing more, with all before it.
    var done: UInt64 { (state.firstNumber ?? lines.first?.number).map { $0 - 1 } ?? lastNumber }

    mutating func add(_ entry: WebhookEntry, number: UInt64) {
        guard number > lastNumber else { return }
        lastNumber = number
        defer { waiting.set() }
        guard pace != nil else { return state.add(entry.message, numbers: number...number) }
        lines.append(Line(text: entry.text, number: number))
        if lines.count > state.settings.queueLimit {
            lines.removeFirst()
            droppedLines += 1
            state.lose(entry.message.id, attempts: 0, .queueFull)
        }
    }

    /// A robot says in one message what has come together since its last.
    mutating func digest(at time: Int64) {
        guard state.count == 0, let first = lines.first, let last = lines.last else { return }
        digests += 1
        let message = RobotText.message(id: "digest-\(time)-\(digests)", lines.map(\.text), dropped: droppedLines)
        state.add(message, numbers: first.number...last.number)
        lines = []
        droppedLines = 0
    }
}

/// A message of the service's own, kept until all endpoints are done with it.
struct WebhookEntry: Equatable {
    var message: WebhookMessage
    /// The same in one line for people.
    var text: String

    init(_ message: WebhookMessage, text: String) {
        self.message = message
        self.text = text
    }

    /// - Throws: when the bytes are not what ``bytes`` made.
    init(_ bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        let id = try reader.readText()
        text = try reader.readText()
        message = WebhookMessage(id: id, payload: try reader.readCounted())
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(message.id)
        writer.write(text)
        writer.write(counted: message.payload)
        return writer.bytes
    }
}

/// How far an endpoint has come, as it is kept.
struct EndpointProgress: Equatable {
    var name: String
    var done: UInt64
    var cursor: BusCursor?

    init(name: String, done: UInt64, cursor: BusCursor?) {
        self.name = name
        self.done = done
        self.cursor = cursor
    }

    /// - Throws: when the bytes are not what ``bytes`` made.
    init(_ bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        name = try reader.readText()
        done = try reader.read()
        let count = Int(try reader.read(UInt16.self))
        var sequences: [UInt64] = []
        for _ in 0..<count { sequences.append(try reader.read()) }
        cursor = sequences.isEmpty ? nil : BusCursor(sequences: sequences)
    }

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.write(name)
        writer.write(done)
        let sequences = cursor?.sequences ?? []
        writer.write(UInt16(sequences.count))
        for sequence in sequences { writer.write(sequence) }
        return writer.bytes
    }
}
