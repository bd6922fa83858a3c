internal import Foundation

/// The directory in which a run keeps its journal, and how far an earlier run of the same profile came in it.
struct RunDirectory: Sendable {
    /// Steps that are not done again.
    enum Step: String, Sendable, Comparable, CaseIterable {
        /// Nothing yet, or a part of the population.
        case started
        /// The whole population is in the journal.
        case populated
        /// The month end has begun: business time is in the month after.
        case closing

        static func < (a: Self, b: Self) -> Bool {
            allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
        }
    }

    let path: String
    /// Removed when the run has ended.
    let isTemporary: Bool
    /// Where an earlier run stopped.
    private(set) var step: Step

    var isResumed: Bool { step > .started }

    private static let fileName = "run.txt"

    /// - Parameters:
    ///   - named: `nil` for a temporary directory.
    ///   - profile: a directory that was begun with another profile is refused.
    init(_ named: String?, profile: LoadProfile) throws(RunError) {
        isTemporary = named == nil
        path = named ?? FileManager.default.temporaryDirectory.appending(path: "settle-\(UUID().uuidString)").path
        step = .started
        let identity = Self.identity(of: profile)
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            guard let text = try? String(contentsOfFile: path + "/" + Self.fileName, encoding: .utf8) else {
                if try FileManager.default.contentsOfDirectory(atPath: path).isEmpty {
                    try write(.started, identity: identity)
                    return
                }
                throw RunError.directory(path, "holds files that no run of this tool made; name an empty directory")
            }
            let words = text.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, let found = Step(rawValue: String(words[1])) else {
                throw RunError.directory(path, "\(Self.fileName) is not readable; name an empty directory")
            }
            guard words[0] == identity else {
                throw RunError.directory(path, "belongs to a run of another profile or seed; name an empty directory")
            }
            step = found
        } catch let error as RunError {
            throw error
        } catch {
            throw .directory(path, "\(error.localizedDescription)")
        }
    }

    /// Records that `step` is done. An earlier step is never recorded over a later one.
    mutating func reach(_ step: Step, profile: LoadProfile) throws(RunError) {
        guard step > self.step else { return }
        do {
            try write(step, identity: Self.identity(of: profile))
        } catch {
            throw .directory(path, "\(error.localizedDescription)")
        }
        self.step = step
    }

    func removeIfTemporary() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }

    private func write(_ step: Step, identity: String) throws {
        try Data("\(identity) \(step.rawValue)\n".utf8).write(
            to: URL(filePath: path + "/" + Self.fileName), options: .atomic)
    }

    private static func identity(of profile: LoadProfile) -> String {
        String(profile.digest, radix: 16) + "-" + String(profile.seed)
    }
}
