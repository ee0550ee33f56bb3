import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Odd hosts", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct OddHosts {
        /// What is done to each host before the run.
        private static let oddities: [(name: String, shell: String)] = [
            ("csh", "usermod -s /bin/csh deploy; echo 'echo welcome to csh' > ~deploy/.cshrc"),
            (
                "fish",
                "usermod -s /usr/bin/fish deploy; mkdir -p ~deploy/.config/fish; echo 'echo welcome to fish' > ~deploy/.config/fish/config.fish"
            ),
            ("bashrc", "usermod -s /bin/bash deploy; echo 'echo hello; printf no-newline; echo to-stderr >&2' > ~deploy/.bashrc"),
            ("one-session", "set -- 'MaxSessions 1'"),
            ("no-forwarding", "set -- 'AllowTcpForwarding no' 'AllowStreamLocalForwarding no'"),
            ("neither", "set -- 'MaxSessions 1' 'AllowTcpForwarding no' 'AllowStreamLocalForwarding no'"),
            ("banner", "echo 'AUTHORISED USE ONLY' > /etc/banner; set -- 'Banner /etc/banner'"),
        ]

        @Test("csh, fish, a .bashrc that prints, MaxSessions 1, no forwarding, a banner: all of them take part, and nothing is left")
        func allWork() async throws { try await onFleet(Self.oddities.count, run) }

        private func run(_ fleet: Fleet, _ folder: URL) async throws {
            for (index, oddity) in Self.oddities.enumerated() {
                let line = """
                    set --; \(oddity.shell)
                    chown -R deploy: ~deploy
                    [ $# = 0 ] || { cd /etc/ssh && { printf '%s\\n' "$@"; cat sshd_config; } > new && mv new sshd_config && sshd -t \
                    && kill -HUP "$(pgrep -o -x sshd)"; }
                    """
                let (status, output) = try await fleet.execute(index + 1, line)
                try #require(status == 0, "\(oddity.name): \(output)")
            }
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "1s"
            let ended = try await StartedRun.start(playbook, in: folder).end(0)
            #expect(ended.arrivals(at: TestPlaybook.load).count == Self.oddities.count)
            ended.expectSeenGone((1...Self.oddities.count).map { "h\($0)" })
            try await fleet.expectClean(1...Self.oddities.count)
        }

        @Test(
            "dropbear is a server like any other",
            .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/dropbear"), "needs dropbear"))
        func dropbear() async throws { try await onFleet(2, runOnDropbear) }

        private func runOnDropbear(_ fleet: Fleet, _ folder: URL) async throws {
            let start = """
                mkdir -p /etc/dropbear ~deploy/.ssh; cp /etc/ssh/fleet_keys ~deploy/.ssh/authorized_keys; chmod 700 ~deploy/.ssh
                chmod 600 ~deploy/.ssh/authorized_keys; chown -R deploy: ~deploy; usermod -p '*' deploy
                dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key > /dev/null 2>&1
                setsid dropbear -F -p 2222 > /tmp/dropbear.log 2>&1 < /dev/null &
                """
            for host in 1...2 {
                let (status, output) = try await fleet.execute(host, start)
                try #require(status == 0, "\(output)")
            }
            var playbook = TestPlaybook(on: fleet) { _ in ", ssh_port: 2222" }
            playbook.duration = "1s"
            let knownHosts = folder.appendingPathComponent("known_hosts").path
            playbook.distributed = [
                "ssh: {enabled: true, user: \(fleet.user), key_path: \(fleet.keyPath), known_hosts: \(knownHosts), host_keys: accept-new}"
            ]
            let ended = try await StartedRun.start(playbook, in: folder).end(0)
            ended.expectSeenGone(["h1", "h2"])
            #expect(try String(contentsOfFile: knownHosts, encoding: .utf8).split(separator: "\n").count == 2)
        }
    }
}
