import Foundation

/// A real sshd on a loopback port of its own, run by whoever runs the tests, with keys and a known_hosts file of its own.
///
/// A test that needs one says `.enabled(if: LoopbackSSHD.isInstalled, LoopbackSSHD.reason)`, so that it is counted as skipped
/// where there is none.
package final class LoopbackSSHD: Sendable {
    package static let path = "/usr/sbin/sshd"
    package static let reason: String = "needs openssh-server"
    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    package let folder: URL
    package let port: Int
    package let user: String
    private let pid: pid_t
    private let process: ProcessHandle

    package var host: String { "127.0.0.1" }
    /// The private key that lets `user` in.
    package var clientKey: String { file("client_key") }
    package var hostKey: String { file("host_key") }
    package var knownHosts: String { file("known_hosts") }
    package var log: String { (try? String(contentsOfFile: file("log"), encoding: .utf8)) ?? "" }

    /// A file in the server's folder.
    package func file(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Starts one in `folder`, which must be there; `lines` come first in its configuration, so that they win.
    package static func start(in folder: URL, lines: [String] = []) async throws -> LoopbackSSHD {
        // sshd wants this directory of root's, which Debian's package makes only when the service starts.
        if getuid() == 0 { try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true) }
        for key in ["client_key", "host_key"] {
            let path = folder.appendingPathComponent(key).path
            try await run("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", path)
        }
        try FileManager.default.copyItem(
            at: folder.appendingPathComponent("client_key.pub"), to: folder.appendingPathComponent("authorized_keys"))
        for _ in 0..<10 {
            // The port may be taken between its choice and sshd's bind; then another is chosen.
            if let server = try await attempt(in: folder, port: freePort(), lines: lines) { return server }
        }
        throw NeverHappened(what: "an sshd on a free port", deadline: .zero)
    }

    private static func attempt(in folder: URL, port: Int, lines: [String]) async throws -> LoopbackSSHD? {
        let path = { (name: String) in folder.appendingPathComponent(name).path }
        let configuration =
            lines + [
                "ListenAddress 127.0.0.1", "Port \(port)", "HostKey \(path("host_key"))", "PidFile none",
                "AuthorizedKeysFile \(path("authorized_keys"))", "UsePAM no", "StrictModes no",
                "PasswordAuthentication no", "KbdInteractiveAuthentication no", "MaxStartups 1000:30:2000", "MaxSessions 1000",
                // Not the home of whoever runs the tests: what stands in a .bashrc may take longer than the command.
                "LogLevel VERBOSE", "SetEnv HOME=\(folder.path)",
            ]
        try (configuration.joined(separator: "\n") + "\n").write(toFile: path("sshd_config"), atomically: true, encoding: .utf8)
        let key = try String(contentsOfFile: path("host_key.pub"), encoding: .utf8)
        try "[127.0.0.1]:\(port) \(key)".write(toFile: path("known_hosts"), atomically: true, encoding: .utf8)
        try? FileManager.default.removeItem(atPath: path("log"))
        let process = try ProcessHandle(Self.path, ["-D", "-f", path("sshd_config"), "-E", path("log")])
        let server = LoopbackSSHD(folder, port, process)
        try await eventually("sshd to listen on \(port)") { server.log.contains("Server listening") || !process.isRunning }
        return process.isRunning ? server : nil
    }

    private init(_ folder: URL, _ port: Int, _ process: ProcessHandle) {
        self.folder = folder
        self.port = port
        self.process = process
        pid = process.pid
        user = NSUserName()
    }

    /// The listening process and everything that it has started, the youngest last.
    package var processes: [pid_t] { process.isRunning ? descendants(of: pid) : [] }

    /// Sends a signal to the server, to its connections and to what runs in them.
    package func signal(_ number: Int32) { for pid in processes { kill(pid, number) } }

    /// Ends it with everything that it has started.
    package func end() {
        signal(SIGCONT)
        signal(SIGKILL)
        process.wait()
    }
}

/// Runs `body` with a server of its own, which is gone afterwards with its folder.
package func withLoopbackSSHD<T>(_ lines: [String] = [], _ body: (LoopbackSSHD) async throws -> T) async throws -> T {
    try await withTemporaryFolder("muster-sshd") { folder in
        let server = try await LoopbackSSHD.start(in: folder, lines: lines)
        defer { server.end() }
        return try await body(server)
    }
}
