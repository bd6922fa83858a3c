import Foundation
import SettlementLoad
import Synchronization

/// Progress on standard error: redrawn on a terminal, one line a second elsewhere.
final class ProgressDisplay: Sendable {
    private struct State {
        var drawn = 0
        var lastLine = Date.distantPast
        var isOver = false
    }

    /// Whether what was drawn can be drawn over.
    private let isTerminal: Bool
    private let environment: [String: String]
    private let state = Mutex(State())

    init() {
        environment = ProcessInfo.processInfo.environment
        isTerminal = isatty(STDERR_FILENO) != 0 && environment["TERM"] != "dumb"
    }

    /// As large as the terminal is now: people resize it.
    private var view: ProgressView {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        var view = ProgressView(width: isKnown ? Int(size.ws_col) : 100, environment: environment)
        if isKnown, size.ws_row > 0 { view.height = Int(size.ws_row) }
        return view
    }

    func show(_ progress: RunProgress) {
        state.withLock { state in
            guard !state.isOver else { return }
            if isTerminal {
                let (text, lines) = view.redraw(progress, previous: state.drawn)
                state.drawn = lines
                writeError(text)
            } else if Date().timeIntervalSince(state.lastLine) >= 1 {
                state.lastLine = Date()
                printError(view.line(progress))
            }
        }
    }

    /// Writes a line that stays, above what is redrawn.
    func note(_ text: String) {
        state.withLock { state in
            let clearing = state.drawn > 0 ? "\r\u{1B}[\(state.drawn)A\u{1B}[J" : ""
            state.drawn = 0
            writeError(clearing + text + "\n")
        }
    }

    /// Shows nothing more.
    func end() { state.withLock { $0.isOver = true } }
}
