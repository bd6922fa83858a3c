/// What the writer has acknowledged in all its lives, kept by who was told.
struct AcknowledgementBook {
    struct Contradiction: Error, CustomStringConvertible {
        var description: String
    }

    /// By worker, the outcomes in the order of its commands.
    private var outcomes = [[Substring]](repeating: [], count: Writer.workers)

    var count: Int { outcomes.map(\.count).reduce(0, +) }
    func count(of worker: Int) -> Int { outcomes[worker].count }
    /// How far each worker has come, as the writer's arguments say it.
    var done: String { outcomes.map { "\($0.count)" }.joined(separator: ",") }

    /// All acknowledgements, each worker's in order.
    var lines: String {
        outcomes.enumerated().map { worker, outcomes in
            outcomes.enumerated().map { "\($0 * Writer.workers + worker + 1) \($1)\n" }.joined()
        }.joined()
    }

    /// Takes a line of the writer's output; one that is no acknowledgement is no news.
    /// - Returns: whether it acknowledged something new.
    /// - Throws: when a command had another outcome before, or one before it is missing.
    @discardableResult
    mutating func take(_ line: String) throws -> Bool {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "ack", let number = Int(words[1]) else { return false }
        let (position, worker) = (number - 1).quotientAndRemainder(dividingBy: Writer.workers)
        if position < outcomes[worker].count {
            guard outcomes[worker][position] == words[2] else {
                throw Contradiction(description: "\(number) was \(outcomes[worker][position]) and is \(words[2])")
            }
            return false
        }
        guard position == outcomes[worker].count else {
            throw Contradiction(description: "\(number) was acknowledged before its predecessors")
        }
        outcomes[worker].append(words[2])
        return true
    }
}
