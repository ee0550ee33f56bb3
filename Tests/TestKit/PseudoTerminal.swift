import CLinux
import Foundation
import Synchronization

/// A program on a terminal of its own, and a person at it: what it prints is read, what it asks is answered.
package final class PseudoTerminal: Sendable {
    private let master: Int32
    private let pid: pid_t
    private let said = Mutex<[UInt8]>([])
    private let exit = Mutex<Int32?>(nil)

    /// Starts the program as the leader of a session whose terminal this is; `environment` is added to that of the tests.
    package init(_ path: String, _ arguments: [String], environment: [String: String], in folder: String) throws {
        var slave: Int32 = -1
        master = muster_open_pseudo_terminal(&slave)
        guard master >= 0 else { throw CannotStart(path: "a pseudo-terminal", code: errno) }
        defer { close(slave) }
        let words = ["setsid", "--ctty", "--wait", path] + arguments
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var argv = words.map { strdup($0) } + [nil]
        var envp = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var started = pid_t()
        let code = muster_spawn(&started, "/usr/bin/setsid", &argv, &envp, folder, [slave, slave, slave], 3, 0)
        guard code == 0 else { throw CannotStart(path: path, code: code) }
        pid = started
        Thread.detachNewThread { [self] in read() }
    }

    /// The session loses its terminal, which ends it.
    package func hangUp() {
        kill(pid, SIGKILL)
        close(master)
    }

    /// All that was printed so far, as it came.
    package var text: String { String(decoding: said.withLock { $0 }, as: UTF8.self) }

    /// Waits until it has printed `words`, so many times in all.
    package func waitFor(_ words: String, times: Int = 1) async throws {
        try await eventually("`\(words)` on the terminal:\n\(text)", within: .seconds(180)) {
            text.components(separatedBy: words).count > times
        }
    }

    /// What a person types, with the end of the line.
    package func type(_ line: String) { _ = Array("\(line)\n".utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

    /// Its exit status, or 128 + the signal that ended it; waits for that.
    package func ended() async throws -> Int32 {
        try await eventually("the end of a program on a terminal:\n\(text)", within: .seconds(120)) {
            exit.withLock { exit in
                var status: Int32 = 0
                if exit == nil, waitpid(pid, &status, WNOHANG) == pid {
                    exit = muster_wifexited(status) != 0 ? muster_wexitstatus(status) : 128 + muster_wtermsig(status)
                }
                return exit != nil
            }
        }
        return exit.withLock { $0 ?? -1 }
    }

    /// Until the last process has closed the terminal, which is told as an error.
    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Foundation.read(master, &buffer, buffer.count)
            guard count > 0 else { return }
            said.withLock { $0 += buffer[..<count] }
        }
    }
}
