import TestKit
import Testing

/// What of ours is on a host: looked for as its root and without SSH, so that the looking leaves nothing and misses nothing.
extension Fleet {
    /// Processes that are neither the host's own (its init, sshd and sshd's sessions) nor the looking itself, a line each.
    func processes(on host: Int) async throws -> [String] {
        // A process that ends while we look has no words any more; $$ and its children are the looking.
        let look = """
            for p in /proc/[0-9]*; do i=${p#/proc/}; w=$(tr '\\0' ' ' < $p/cmdline 2>/dev/null) || continue; [ -n "$w" ] || continue; \
            case "$w" in tini*|sshd:*|*/sshd*) continue;; esac; [ $i != $$ ] || continue; read -r s < $p/stat 2>/dev/null || continue; \
            case "${s##*) }" in [A-Z]" $$ "*) continue;; esac; echo "$i $w"; done
            """
        return try await lines(host, look)
    }

    /// TCP sockets that listen, but for sshd's, as `address:port` in hexadecimal.
    func openPorts(on host: Int) async throws -> [String] {
        try await lines(host, "cat /proc/net/tcp /proc/net/tcp6 | while read -r n l r s x; do [ \"$s\" != 0A ] || echo \"$l\"; done")
            .filter { !$0.hasSuffix(":0016") }
    }

    /// Unix sockets with a name of ours.
    func openSockets(on host: Int) async throws -> [String] {
        try await lines(host, "cat /proc/net/unix").filter { $0.contains("link.sock") }
    }

    /// Everything below the folder that holds the runs, the folder itself included.
    func runDirectories(on host: Int) async throws -> [String] {
        try await lines(host, "[ ! -e /home/deploy/.local/state/muster ] || find /home/deploy/.local/state/muster")
    }

    /// Process numbers of the agents at work, on the host's own count.
    func agentProcesses(on host: Int) async throws -> [Int] {
        try await processes(on: host).filter { $0.contains("muster-agent run ") }.compactMap { Int($0.prefix { $0 != " " }) }
    }

    /// Expects that no process, port or socket of ours is on these hosts, and no run directory unless results wait in it.
    func expectClean(
        _ hosts: some Sequence<Int>, butResults: Bool = false, _ place: SourceLocation = #_sourceLocation
    ) async throws {
        for host in hosts {
            // Looked first, so that a failure says what it was.
            let traces = [
                "processes": try await processes(on: host), "ports": try await openPorts(on: host),
                "sockets": try await openSockets(on: host),
                "run directories": butResults ? [] : try await runDirectories(on: host),
            ]
            for (kind, found) in traces { #expect(found == [], "\(kind) on h\(host)", sourceLocation: place) }
        }
    }

    private func lines(_ host: Int, _ command: String) async throws -> [String] {
        let (status, output) = try await execute(host, command)
        try #require(status == 0, "h\(host): \(command)\n\(output)")
        return output.split(separator: "\n").map(String.init)
    }
}
