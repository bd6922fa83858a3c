/// Follows a recording of writes, syncs and acknowledgements and finds those that came too early.
struct SyncOrder {
    static let calls = ["pwrite64", "fdatasync", "write", "close"]
    /// The upper half of the workload's keys, as the tracer prints it.
    static let keySpace = #"\x54\x52\x57\x48\x53\x41\x52\x43"#
    /// A cell of 64 bytes holds its key from byte 40 on; the tracer prints a byte as four characters.
    private static let cell = 64 * 4
    private static let keyPlace = 40 * 4

    /// Commands that were acknowledged.
    private(set) var acknowledged = 0
    /// Numbers of those whose entries no successful sync had covered.
    private(set) var unsynced: [UInt64] = []

    private var durable: Set<UInt64> = []
    /// By descriptor: keys written and not synced.
    private var written: [Substring: Set<UInt64>] = [:]
    /// By thread: what its sync under way will have covered.
    private var syncing: [Substring: (descriptor: Substring, keys: Set<UInt64>)] = [:]
    /// By thread: what its write under way will have written.
    private var writing: [Substring: (descriptor: Substring, keys: Set<UInt64>)] = [:]

    init(of trace: String) {
        for line in trace.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let thread = words[0]
            let event = words[1].drop { $0 == " " }
            if event.hasPrefix("<... ") {
                finish(event.dropFirst(5).prefix { $0 != " " }, of: thread, result: Self.result(of: event))
            } else if let open = event.firstIndex(of: "(") {
                let call = event[..<open]
                let arguments = event[event.index(after: open)...]
                begin(call, arguments, of: thread)
                let isUnfinished = event.hasSuffix("<unfinished ...>")
                if !isUnfinished { finish(call, of: thread, result: Self.result(of: event)) }
            }
        }
    }

    private mutating func begin(_ call: Substring, _ arguments: Substring, of thread: Substring) {
        let descriptor = arguments.prefix { $0.isNumber }
        switch call {
        case "pwrite64":
            writing[thread] = (descriptor, Self.keys(in: arguments))
        case "fdatasync":
            syncing[thread] = (descriptor, written[descriptor] ?? [])
        case "write":
            // Told when the call begins: the parent may read it before the call ends.
            guard let number = Self.acknowledgement(in: arguments) else { break }
            acknowledged += 1
            if !durable.contains(number) { unsynced.append(number) }
        case "close":
            written[descriptor] = nil
        default:
            break
        }
    }

    private mutating func finish(_ call: Substring, of thread: Substring, result: Int) {
        switch call {
        case "pwrite64":
            guard let (descriptor, keys) = writing.removeValue(forKey: thread), result > 0 else { break }
            written[descriptor, default: []].formUnion(keys)
        case "fdatasync":
            guard let (descriptor, keys) = syncing.removeValue(forKey: thread), result == 0 else { break }
            durable.formUnion(keys)
            written[descriptor]?.subtract(keys)
        default:
            break
        }
    }

    /// What the call returned: the number behind the last `=`.
    private static func result(of event: Substring) -> Int {
        let text = event.lastIndex(of: "=").map { event[event.index(after: $0)...] } ?? ""
        return text.split(separator: " ").first.flatMap { Int($0) } ?? -1
    }

    /// The keys of the workload's entries among the cells of a write.
    private static func keys(in arguments: Substring) -> Set<UInt64> {
        guard let open = arguments.firstIndex(of: "\"") else { return [] }
        let text = Array(arguments[arguments.index(after: open)...].utf8.prefix { $0 != UInt8(ascii: "\"") })
        let space = Array(keySpace.utf8)
        var keys: Set<UInt64> = []
        for start in stride(from: keyPlace, to: text.count - 2 * space.count + 1, by: cell)
        where text[start..<start + space.count].elementsEqual(space) {
            let low = bytes(text[start + space.count..<start + 2 * space.count])
            keys.insert(low.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        return keys
    }

    /// The number in `1, "ack …`.
    private static func acknowledgement(in arguments: Substring) -> UInt64? {
        guard arguments.hasPrefix(#"1, "\x61\x63\x6b\x20"#) else { return nil }
        let text = arguments.dropFirst(4 + 16).utf8.prefix { $0 != UInt8(ascii: "\"") }
        let number = String(decoding: bytes(Array(text)[...]), as: UTF8.self)
        return UInt64(number.prefix { $0 != " " })
    }

    /// `\x2a\x00` as bytes.
    private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8] {
        stride(from: text.startIndex, to: text.endIndex - 3, by: 4).map { place in
            UInt8(String(decoding: text[place + 2..<place + 4], as: UTF8.self), radix: 16) ?? 0
        }
    }
}
