internal import SettlementJournal
internal import SettlementLedger

/// Values as 64-byte cells of a journal: a first one with the key, the length and 48 bytes, then 63 bytes each.
enum RecordCells {
    static let size = 64
    private static let headBytes = 48
    private static let restBytes = 63

    private enum Mark: UInt8 { case keep = 1, forget, rest }

    static func count(bytes: Int) -> Int { 1 + (max(0, bytes - headBytes) + restBytes - 1) / restBytes }

    static func append(_ change: ServiceMemory.Change, to bytes: inout [UInt8]) {
        let (mark, key, value): (Mark, ServiceMemory.Key, [UInt8]) =
            switch change {
            case .keep(let key, let value): (.keep, key, value)
            case .forget(let key): (.forget, key, [])
            }
        var writer = ByteWriter()
        writer.write(mark.rawValue)
        writer.write(key.kind)
        writer.write(UInt16(0))
        writer.write(UInt32(value.count))
        writer.write(key.id)
        bytes += writer.bytes
        appendPart(value.prefix(headBytes), of: headBytes, to: &bytes)
        var rest = value.dropFirst(headBytes)
        while !rest.isEmpty {
            bytes.append(Mark.rest.rawValue)
            appendPart(rest.prefix(restBytes), of: restBytes, to: &bytes)
            rest = rest.dropFirst(restBytes)
        }
    }

    private static func appendPart(_ part: ArraySlice<UInt8>, of length: Int, to bytes: inout [UInt8]) {
        bytes += part
        bytes += repeatElement(0, count: length - part.count)
    }

    /// A value of which not all cells have come.
    struct Partial {
        var key: ServiceMemory.Key
        var length: Int
        var bytes: [UInt8]
    }

    /// Takes one cell.
    /// - Returns: the change that is complete with it; `nil`: more cells are to come.
    static func take(_ cell: ArraySlice<UInt8>, _ partial: inout Partial?) throws(MalformedRecord)
        -> ServiceMemory.Change?
    {
        let first = cell.startIndex
        guard let mark = Mark(rawValue: cell[first]), (mark == .rest) == (partial != nil) else {
            throw MalformedRecord()
        }
        if mark == .rest {
            let missing = (partial?.length ?? 0) - (partial?.bytes.count ?? 0)
            partial?.bytes += cell.dropFirst().prefix(min(restBytes, missing))
        } else {
            var reader = ByteReader(Array(cell.dropFirst(1).prefix(15)))
            let kind: UInt8 = try reader.read()
            _ = try reader.read(UInt16.self)
            let length = Int(try reader.read(UInt32.self))
            let key = ServiceMemory.Key(kind, try reader.read())
            if mark == .forget { return .forget(key) }
            partial = Partial(key: key, length: length, bytes: Array(cell.dropFirst(16).prefix(min(headBytes, length))))
        }
        guard let done = partial, done.bytes.count == done.length else { return nil }
        partial = nil
        return .keep(done.key, done.bytes)
    }
}

/// What a service's journal holds, while it is read back.
final class RecoveredValues {
    private(set) var values: [ServiceMemory.Key: [UInt8]] = [:]
    private(set) var isDamaged = false
    private var partial: RecordCells.Partial?

    /// Cells and sections of a snapshot have one form.
    func take(_ part: RecoveredPart, _ span: RawSpan) {
        let bytes = span.withUnsafeBytes { Array($0) }
        for start in stride(from: 0, to: bytes.count, by: RecordCells.size) {
            guard bytes.count - start >= RecordCells.size else {
                isDamaged = true
                return
            }
            do throws(MalformedRecord) {
                switch try RecordCells.take(bytes[start..<start + RecordCells.size], &partial) {
                case .keep(let key, let value): values[key] = value
                case .forget(let key): values[key] = nil
                case nil: break
                }
            } catch {
                isDamaged = true
            }
        }
    }
}
