import Foundation
import SettlementJournal

func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
}

/// Whether a directory has files of a journal.
func holdsSegments(_ path: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.contains { $0.hasPrefix("segment-") || $0 == "anchor" }
}

extension JournalReport {
    /// What the findings mean for whoever needs the journal.
    var verdict: String {
        var lines = findings.map(\.description)
        if opens {
            let entries = sequences.reduce(0, +)
            let unit = segments.count == 1 ? "segment" : "segments"
            lines.append("sound: \(segments.count) \(unit), \(entries) entries in \(shardCount) shards")
        } else {
            for (shard, (intact, known)) in zip(intactSequences, knownSequences).enumerated() {
                let rest = intact < known ? "; \(intact + 1) to \(known) lie at the damage or behind it" : ""
                lines.append("shard \(shard): intact up to entry \(intact)\(rest)")
            }
            lines.append("`settle journal export` writes the intact entries in front of the damage.")
        }
        return lines.joined(separator: "\n")
    }

    /// The report for a person at a terminal.
    var text: String {
        var lines = [
            "journal \(String(identity, radix: 16)), \(shardCount) shards, \(anchor.isClean ? "closed in order" : "not closed in order")",
            "",
            "segment                      used       size    groups    frames     entries  epochs",
        ]
        for segment in segments {
            lines.append(
                segment.file.padded(24) + [segment.usedBytes, segment.bytes].map { "\($0)".padded(left: 11) }.joined()
                    + [segment.groups, segment.frames].map { "\($0)".padded(left: 10) }.joined()
                    + "\(segment.cells)".padded(left: 12)
                    + "  \(segment.epochs.lowerBound)–\(segment.epochs.upperBound)"
            )
        }
        lines += ["", "shard   last entry  snapshots (began at – complete at, bytes)"]
        for shard in 0..<shardCount {
            let taken = snapshots.filter { $0.shard == shard }.map { "\($0.beganAt)–\($0.endedAt), \($0.bytes)" }
            let last = sequences.indices.contains(shard) ? sequences[shard] : 0
            lines.append(
                "\(shard)".padded(left: 5) + "\(last)".padded(left: 13) + "  "
                    + (taken.isEmpty ? "none" : taken.joined(separator: "; "))
            )
        }
        lines += ["", "anchor: segment \(anchor.segment), offset \(anchor.offset)"]
        lines += findings.isEmpty ? ["no findings"] : findings.map(\.description)
        return lines.joined(separator: "\n")
    }
}

extension String {
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func padded(left width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
