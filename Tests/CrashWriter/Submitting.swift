import Settlement

extension SettlementPool {
    /// Submits a command as a patient client does: turned away, it asks again later.
    func settle(_ command: Command) async throws -> Outcome {
        while true {
            do throws(SettlementError) {
                return try await submit(command)
            } catch {
                guard error.code == .diskFull || error.code == .overloaded else { throw error }
                // A full disk stops commands, not queries.
                guard try await audit().conserved, try await standings(of: [command.account]).count == 1 else {
                    throw Violation("the books of a pool on a full disk do not balance")
                }
                WriterReport.tell("refused \(command.key.low) \(error.code)")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Settles a command that the rules never refuse, and acknowledges it.
    func acknowledge(_ command: Command) async throws {
        let outcome = try await settle(command)
        if let refusal = outcome.refusal {
            throw Violation("command \(command.key.low) was refused as \(refusal): \(command)")
        }
        WriterReport.acknowledge(command.key.low, outcome)
    }

    /// Applies many commands in order and expects each to be applied.
    func load(_ commands: [Command]) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for start in stride(from: 0, to: commands.count, by: 20_000) {
            let part = Array(commands[start..<min(start + 20_000, commands.count)])
            for (command, submission) in zip(part, await submit(part, lane: .bulk)) {
                switch submission {
                case .failed(let error): throw error
                case .settled(let outcome):
                    if let refusal = outcome.refusal { throw Violation("\(command) was refused as \(refusal)") }
                    outcomes.append(outcome)
                }
            }
        }
        return outcomes
    }
}
