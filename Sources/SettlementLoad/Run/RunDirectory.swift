internal import Foundation
internal import Synchronization

/// The directory in which a run keeps its journal, and how far an earlier run of the same profile came in it.
final class RunDirectory: Sendable {
    /// Steps that are not done again.
    enum Step: String, Sendable, Comparable, CaseIterable {
        /// Nothing yet, or a part of the population.
        case started
        /// The whole population is in the journal.
        case populated
        /// The month end has begun: business time is in the month after.
        case closing
        /// The run came to its end: another one would only be given the answers of this one.
        case finished

        static func < (a: Self, b: Self) -> Bool {
            allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
        }
    }

    let path: String
    /// Removed when the run has ended.
    let isTemporary: Bool
    /// Whether an earlier run had loaded the population.
    let isResumed: Bool
    private let identity: String
    private let current: Mutex<Step>

    /// The last step that is done.
    var step: Step { current.withLock { $0 } }

    private static let fileName = "run.txt"

    /// Where the journal is.
    var journalPath: String { path + "/journal" }

    /// - Parameters:
    ///   - named: `nil` for a temporary directory.
    ///   - profile: a directory that was begun with another profile or seed is refused.
    init(_ named: String?, profile: LoadProfile) throws(RunError) {
        if named == nil { TemporaryJournals.removeAbandoned() }
        let path = named ?? TemporaryJournals.newPath()
        let identity = String(profile.digest, radix: 16) + "-" + String(profile.seed)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .directory(path, "cannot be made: \(error.localizedDescription)")
        }
        let step = try Self.step(in: path, identity: identity)
        self.path = path
        self.isTemporary = named == nil
        self.identity = identity
        self.isResumed = step > .started
        self.current = Mutex(step)
        if step == .started { try write(.started) }
    }

    /// Records that `step` is done. An earlier step is never recorded over a later one.
    func reach(_ step: Step) throws(RunError) {
        guard step > self.step else { return }
        try write(step)
        current.withLock { $0 = step }
    }

    func removeIfTemporary() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func step(in path: String, identity: String) throws(RunError) -> Step {
        guard let text = try? String(contentsOfFile: path + "/" + fileName, encoding: .utf8) else {
            let others = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            guard others.isEmpty else {
                throw .directory(path, "holds files that no run made; name an empty or a new directory")
            }
            return .started
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let step = Step(rawValue: String(words[1])) else {
            throw .directory(path, "\(fileName) is not what a run writes; name an empty or a new directory")
        }
        guard words[0] == identity else {
            throw .directory(path, "belongs to a run of another profile or seed; name an empty or a new directory")
        }
        guard step != .finished else {
            throw .directory(path, "holds a finished run, whose answers another one would get; name a new directory")
        }
        return step
    }

    private func write(_ step: Step) throws(RunError) {
        do {
            let url = URL(filePath: path + "/" + Self.fileName)
            try Data("\(identity) \(step.rawValue)\n".utf8).write(to: url, options: .atomic)
        } catch {
            throw .directory(path, "cannot be written: \(error.localizedDescription)")
        }
    }
}
