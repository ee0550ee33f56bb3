import FoundationEssentials
import Plans

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory of one agent in one run, `~/.local/state/muster/runs/<run>/<agent>` (0700), and what lies in it.
package struct RunDirectory: Sendable, Equatable {
    /// Absolute.
    package let path: String

    package init(_ path: String) {
        precondition(path.hasPrefix("/"), "a run directory is given by its absolute path")
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// What the controller sent; read by supervisor and agent. It holds secrets.
    package var launch: String { path + "/launch.json" }
    package var lease: String { path + "/lease" }
    /// Standard output and error of supervisor and agent.
    package var log: String { path + "/agent.log" }
    /// Where the agent listens with `return_channel: tunnel`. A path may be too long for a socket's address: bind in the working
    /// directory, which is this one, as `link.sock`.
    package var socket: String { path + "/link.sock" }
    /// What the controller has pushed for the commands of stages; there only where it pushed something.
    package var files: String { path + "/files" }
    /// What the run leaves to be collected.
    package var results: String { path + "/results" }
    /// The supervisor's process.
    var pid: String { path + "/pid" }
    /// The agent's own process.
    var agentPID: String { path + "/agent.pid" }
    /// The boot of the machine in which `pid` was written: process numbers mean nothing in another.
    var boot: String { path + "/boot" }
    /// How the agent ended; it exists once nothing of the agent lives, or once 10 s of killing have left something.
    var ended: String { path + "/ended" }

    /// The value of MUSTER_OWNER in the environment of everything that belongs to the agent; hosts are searched for it. The path alone
    /// would be the beginning of another agent's.
    var owner: String { path + ";" }

    /// `muster-<run>-<agent>`: of the scope in which systemd holds the agent to its limits.
    var unitName: String { "muster-" + path.split(separator: "/").suffix(2).joined(separator: "-") }

    package func readSettings() throws -> LaunchSettings {
        try JSONDecoder().decode(LaunchSettings.self, from: Data(contentsOf: URL(filePath: launch)))
    }
}
