import Foundation
import Glibc
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("A person at the terminal", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Terminals {
        private static let passphrase = "planted-passphrase-2b7e"
        private static let token = "planted-token-91c4"

        @Test(
            """
            Unknown hosts are asked about in one table, an encrypted key once; neither its passphrase nor a secret of the playbook is found \
            anywhere afterwards, and meanwhile only where it belongs
            """
        )
        func wholeRun() async throws { try await onFleet(2, run) }

        private func run(_ fleet: Fleet, _ folder: URL) async throws {
            let key = folder.appendingPathComponent("locked").path
            try FileManager.default.copyItem(atPath: fleet.keyPath, toPath: key)
            try await TestKit.run("/usr/bin/ssh-keygen", "-q", "-p", "-P", "", "-N", Self.passphrase, "-f", key)
            var playbook = TestPlaybook(on: fleet) { _ in ", env: {API_TOKEN: \(Self.token)}" }
            let knownHosts = folder.appendingPathComponent("known_hosts").path
            playbook.distributed = ["ssh: {enabled: true, user: \(fleet.user), key_path: \(key), known_hosts: \(knownHosts)}"]
            let results = folder.appendingPathComponent("results")
            try FileManager.default.createDirectory(at: results, withIntermediateDirectories: true)
            let file = folder.deletingLastPathComponent().appendingPathComponent("\(folder.lastPathComponent).yaml")
            try playbook.text.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            let terminal = try PseudoTerminal(
                try MusterRun.path(), ["run", file.path, "--results", results.path],
                environment: ["HOME": folder.path, "SSH_AUTH_SOCK": ""],
                in: folder.path)
            defer { terminal.hangUp() }
            try await terminal.waitFor("The keys of these 2 hosts are not in")
            try await terminal.waitFor("Trust all of them and write them down? [y/N] ")
            terminal.type("y")
            try await terminal.waitFor("Passphrase of \(key): ")
            terminal.type("not this")
            try await terminal.waitFor("That was wrong. Passphrase of \(key): ")
            terminal.type(Self.passphrase)
            try await terminal.waitFor("Stage 3/4 execute")
            try await expectHidden(fleet, folder)
            #expect(try await terminal.ended() == 0, "\(terminal.text)")
            #expect(terminal.text.components(separatedBy: "Passphrase of").count == 3, "\(terminal.text)")
            #expect(!terminal.text.contains("planted-"), "\(terminal.text)")
            #expect(try String(contentsOfFile: knownHosts, encoding: .utf8).split(separator: "\n").count == 2)
            try await fleet.expectClean(1...2)
            try await expectGone(fleet, folder)
        }

        /// Halves of the secrets, so that looking for them is not found.
        private static let patterns = "printf '%s%s\\n' planted -passphrase-2b7e planted -token-91c4"

        /// While it runs: in no argument list, in the environment of nobody but the agents, and in files of mode 0600 alone.
        private func expectHidden(_ fleet: Fleet, _ folder: URL) async throws {
            let look = """
                \(Self.patterns) > /tmp/patterns
                for p in /proc/[0-9]*; do
                grep -qF -f /tmp/patterns $p/cmdline 2>/dev/null && echo "arguments: $(tr '\\0' ' ' < $p/cmdline)"
                grep -qF MUSTER_OWNER= $p/environ 2>/dev/null && continue
                grep -qF -f /tmp/patterns $p/environ 2>/dev/null && echo "environment: $(tr '\\0' ' ' < $p/cmdline)"
                done; PLACES | while read -r f; do [ "$(stat -c %a "$f")" = 600 ] || echo "file: $f"; done; rm -f /tmp/patterns; true
                """
            for host in 1...2 {
                let places = "grep -rlF -f /tmp/patterns /home/deploy /var/log 2>/dev/null"
                #expect(try await fleet.execute(host, look.replacing("PLACES", with: places)).output == "", "h\(host)")
            }
            // The hosts' processes are this machine's too.
            let here = look.replacing("/tmp/patterns", with: folder.path + "/patterns").replacing(
                "PLACES", with: "grep -rlF -f \(folder.path)/patterns \(folder.path)/results")
            let seen = try await Execution.run("/bin/bash", ["-c", here])
            #expect(seen.output == "", "\(seen)")
        }

        /// Afterwards: in no file, on hosts or here.
        private func expectGone(_ fleet: Fleet, _ folder: URL) async throws {
            for host in 1...2 {
                let look = "\(Self.patterns) > /run/patterns; grep -rlF -f /run/patterns /home/deploy /tmp /var/log; rm -f /run/patterns"
                #expect(try await fleet.execute(host, look).output == "", "h\(host)")
            }
            let here = try await Execution.run("/bin/bash", ["-c", "grep -rlF -f <(\(Self.patterns)) '\(folder.path)'; true"])
            #expect(here.output == "", "\(here)")
        }
    }
}
