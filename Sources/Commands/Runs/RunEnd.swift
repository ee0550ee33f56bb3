import ArgumentParser
import Controller
import Results
import TerminalUI
import Vocabulary

/// Ends a run that is not over: by its controller's hand, or, where that is gone, by taking it up.
struct RunEnd {
    let folder: RunFolder
    let ssh: SSHOptions

    /// Returns once it has ended; exit code 1 where not every agent was seen to be gone.
    /// - Parameter now: what is not home stays on its host.
    func order(now: Bool) async throws {
        let before = try EventLog.read(folder.eventsPath)
        if let controller = folder.control.holder {
            try ask(controller, now: now)
            try await Watching(folder).toTheEnd(display: LiveDisplay(), from: before.last?.sequence ?? 0)
        } else {
            Console.error("its controller is gone: taking the run up to end it")
            _ = try await Performance.takeUp(folder, agent: nil, ssh: ssh, stop: now ? .now : .wait)
        }
        let record = RunRecord(events: try EventLog.read(folder.eventsPath))
        if record.agents.contains(where: { $0.presence == .notProvenGone }) { throw ExitCode(1) }
    }

    private func ask(_ controller: Int, now: Bool) throws {
        do {
            _ = try askController(ControlRequest(.stop, now: now), of: folder)
        } catch {
            Console.error(
                "\(error)\n  fix: process \(controller) has the run in hand and is silent: end it (kill -9 \(controller)), then muster stop"
            )
            throw ExitCode(1)
        }
    }
}

extension RunFolder {
    /// Whether something of the run is still to be done.
    var isUnfinished: Bool {
        guard !control.exists else { return true }
        guard let events = try? EventLog.read(eventsPath) else { return false }
        return !RunRecord(events: events).phase.isEnd
    }
}
