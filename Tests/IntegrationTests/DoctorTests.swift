import Foundation
import TestKit
import Testing

extension WholeRuns {
    @Suite("doctor", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Doctor {
        @Test("Says what each host has and lets us do, what to mend, and which cannot be reached")
        func examines() async throws { try await onFleet(4, examine) }

        private func examine(_ fleet: Fleet, _ folder: URL) async throws {
            try await fleet.configure(2, "MaxSessions 1")
            _ = try await fleet.execute(3, "mv /usr/bin/gzip /usr/bin/gzip.away")
            try await fleet.cut(4)
            let hosts = (1...4).map { "deploy@\(fleet.address($0))" }.joined(separator: ",")
            let config = folder.appendingPathComponent("config").path
            try "Host *\n  ConnectTimeout 5\n".write(toFile: config, atomically: true, encoding: .utf8)
            let said = try await MusterRun.start(
                [
                    "doctor", "--hosts", hosts, "--key", fleet.keyPath, "--known-hosts", fleet.knownHostsPath, "--ssh-config", config,
                ], environment: ["HOME": folder.path], in: folder
            ).wait()
            #expect(said.status == 4, "\(said)")
            #expect(said.output.contains("libssh2") && said.output.contains("x86_64"), "\(said)")
            #expect(said.output.contains(/\d+ ms +OpenSSH_/), "\(said)")
            #expect(said.errors.contains("\(fleet.address(2)): its sshd runs one command at a time"), "\(said)")
            #expect(said.errors.contains("\(fleet.address(3)): lacks gzip"), "\(said)")
            #expect(said.errors.contains("cannot connect to \(fleet.address(4)): waited 5 s for its TCP port to answer"), "\(said)")
            #expect(!said.errors.contains(fleet.address(1)), "\(said)")
            for host in 1...3 { #expect(try await fleet.runDirectories(on: host) == []) }
        }
    }
}

extension Fleet {
    /// Puts lines before those of the host's sshd_config, so that they win, and has sshd read them.
    func configure(_ host: Int, _ lines: String) async throws {
        let line = """
            cd /etc/ssh && { printf '%s\\n' '\(lines)'; cat sshd_config; } > new && mv new sshd_config && sshd -t || exit 1
            sockets() { ls -l "/proc/$p/fd" | grep -o 'socket:.*'; }
            p=$(pgrep -o -x sshd); before=$(sockets); kill -HUP "$p"
            for i in $(seq 500); do now=$(sockets); [ -n "$now" ] && [ "$now" != "$before" ] && exit 0; sleep 0.02; done; exit 1
            """
        let (status, output) = try await execute(host, line)
        try #require(status == 0, "h\(host): \(output)")
    }
}
