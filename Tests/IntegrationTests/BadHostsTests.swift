import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Hosts on which nothing can be put", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct BadHosts {
        private struct Trouble {
            var name: String
            /// Run as the host's root before the run.
            var deed: String
            /// In what is said of it: what, why and fix.
            var words: [String]
        }

        /// A small disk of its own for the home directory, with these options of mount(8).
        private static func home(_ options: String) -> String {
            "mount -t tmpfs -o mode=755,\(options) home /home/deploy && chown deploy: /home/deploy"
        }

        private static let troubles = [
            Trouble(
                name: "full", deed: home("size=1m") + "; dd if=/dev/zero of=/home/deploy/filler bs=4k 2> /dev/null; rm -f x",
                words: ["cannot write the agent's settings", "No space left on device", "df -h ~"]),
            Trouble(
                name: "small", deed: home("size=3m"),
                words: ["cannot store the agent", "No space left on device", "make room in the home directory"]),
            Trouble(
                name: "readonly", deed: home("size=30m") + " && mount -o remount,ro /home/deploy",
                words: ["cannot make the run directory", "Read-only file system", "make the home directory writable"]),
            Trouble(
                name: "noexec", deed: home("size=300m,noexec"),
                words: ["cannot start the agent", "ermission denied", "mount the home directory without noexec"]),
            Trouble(
                name: "other-kind",
                deed:
                    """
                    printf '#!/bin/sh\\n[ "$1" != -m ] || { echo aarch64; exit; }\\nexec /usr/bin/uname "$@"\\n' > /usr/local/bin/uname
                    chmod 755 /usr/local/bin/uname
                    """,
                words: ["cannot run the agent there", "it is aarch64, our agent is built for x86_64", "build muster-agent on a machine"]),
        ]

        @Test(
            """
            A full disk, no room for the agent, a read-only home, a noexec one, another architecture, silence after the greeting: each is named \
            with what, why and fix while the good ones work, and no half file is left
            """
        )
        func named() async throws { try await onFleet(Self.troubles.count + 2, run) }

        private func run(_ fleet: Fleet, _ folder: URL) async throws {
            let troubles = Self.troubles
            for (index, trouble) in troubles.enumerated() {
                let (status, output) = try await fleet.execute(index + 1, trouble.deed)
                try #require(status == 0, "\(trouble.name): \(output)")
            }
            let silent = try CountingListener(greeting: "SSH-2.0-Nothing_1.0\r\n")
            defer { silent.stop() }
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "1s"
            playbook.distributed = [TestPlaybook.ssh(fleet, timeout: "5s")]
            for (index, trouble) in troubles.enumerated() {
                playbook.agents[index] = "{id: \(trouble.name), address: \"\(fleet.address(index + 1))\"}"
            }
            playbook.agents.append("{id: silent, address: \"127.0.0.1:\(silent.port)\"}")
            let ended = try await StartedRun.start(playbook, in: folder, options: ["--skip-unreachable"]).end(5)
            let good = (1...2).map { "h\(troubles.count + $0)" }
            #expect(ended.arrivals(at: TestPlaybook.load) == good)
            expect(ended, silent: ["waited 5 s for the key exchange", "fix: "])
            ended.expectSeenGone(good)
            try await fleet.expectClean(1...fleet.count)
            let (_, small) = try await fleet.execute(2, "find /home/deploy -type f")
            #expect(small == "")
        }

        private func expect(_ ended: EndedRun, silent: [String]) {
            var told: [String: String] = [:]
            for event in ended.events { if case .agentUnreachable(let agent, let why, _) = event.kind { told[agent.text] = why } }
            for (name, words) in Self.troubles.map({ ($0.name, $0.words + ["\n  fix: "]) }) + [("silent", silent)] {
                for word in words { #expect(told[name]?.contains(word) == true, "\(name): \(told[name] ?? "nothing")") }
            }
        }
    }
}
