import Foundation
import Plans
import TestKit
import Testing

@testable import Workloads

@Suite("A command as a stage")
struct CustomTests {
    @Test("It is given its arguments as they are, and where it belongs in its environment")
    func environmentIsGiven() async throws {
        try await rehearse { stage in
            var one = stage
            one.agent = 2
            one.agentCount = 3
            let script =
                "printf '%s|' \"$1\" $MUSTER_RUN $MUSTER_AGENT $MUSTER_STAGE $MUSTER_AGENT_INDEX $MUSTER_AGENT_COUNT; echo; "
                + "echo made > \"$MUSTER_RESULTS/made\"; echo problem >&2; printf last"
            let work = CustomWork(command: "sh", arguments: ["-c", script, "sh", "a b;$HOME"])
            let done = await one.perform(.custom(work))
            #expect(done.outcome.end == .completed)
            #expect(done.lines == ["a b;$HOME|20261125-043012-test-abcd|agent-2|stage-1|1|3|", "problem", "last"])
            let left = try stage.files()
            #expect(left == ["made"])
        }
    }

    @Test("Its exit code or signal is why it failed")
    func failureIsNamed() async throws {
        try await rehearse { stage in
            let code = await stage.perform(.custom(CustomWork(command: "sh", arguments: ["-c", "exit 7"]))).outcome
            #expect(code.end == .failed(why: "sh exited with code 7"))
            let signal = await stage.perform(.custom(CustomWork(command: "sh", arguments: ["-c", "kill -9 $$"]))).outcome
            #expect(signal.end == .failed(why: "sh was ended by signal 9 (Killed)"))
            let none = await stage.perform(.custom(CustomWork(command: "/no/such/program"))).outcome
            guard case .failed(let why) = none.end else {
                Issue.record("it ended as \(none.end)")
                return
            }
            #expect(why.hasPrefix("cannot start /no/such/program: No such file or directory"))
        }
    }

    @Test("A stop ends it with all that it started, even where they do not listen")
    func stopEndsGroup() async throws {
        try await rehearse { stage in
            let pids = stage.folder.appendingPathComponent("pids")
            let script =
                "trap '' TERM; sh -c \"trap '' TERM; while :; do sleep 1; done\" & echo $$ $! > \(pids.path).new; "
                + "mv \(pids.path).new \(pids.path); while :; do sleep 1; done"
            let stop = StopFlag()
            async let done = stage.perform(.custom(CustomWork(command: "sh", arguments: ["-c", script])), stop: stop)
            try await eventually("it has started") { FileManager.default.fileExists(atPath: pids.path) }
            let started = try String(contentsOf: pids, encoding: .utf8).split { $0 == " " || $0 == "\n" }.compactMap { pid_t($0) }
            #expect(started.count == 2)
            stop.stop()
            #expect(await done.outcome.end == .stopped)
            try await eventually("both are gone") { started.allSatisfy { !isAlive($0) } }
        }
    }

    @Test("What it leaves running in its group ends with it")
    func leftoversEnd() async throws {
        try await rehearse { stage in
            let done = await stage.perform(.custom(CustomWork(command: "sh", arguments: ["-c", "sleep 1000 & echo $!"])))
            #expect(done.outcome.end == .completed)
            let left = try #require(done.lines.first.flatMap { pid_t($0) })
            try await eventually("it is gone") { !isAlive(left) }
        }
    }

    @Test("A line without end is passed on in pieces")
    func longLinesAreCut() {
        var splitter = LineSplitter()
        var lines: [String] = []
        splitter.add([UInt8](repeating: UInt8(ascii: "x"), count: LineSplitter.limit + 10)[...]) { lines.append($0) }
        splitter.add(Array("y\r\n\nz".utf8)[...]) { lines.append($0) }
        splitter.finish { lines.append($0) }
        #expect(lines.map(\.utf8.count) == [LineSplitter.limit, 11, 0, 1])
    }

    /// A process that nobody has waited for yet is not alive.
    private func isAlive(_ pid: pid_t) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return text.split(separator: ")").last.map { !$0.hasPrefix(" Z") } ?? false
    }
}
