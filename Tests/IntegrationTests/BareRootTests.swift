import Foundation
import Results
import TestKit
import Testing
import Vocabulary

private let hasBusybox = ["/bin/busybox", "/usr/bin/busybox"].contains { FileManager.default.isExecutableFile(atPath: $0) }

extension WholeRuns {
    @Suite("Hosts without a libc", .enabled(if: Fleet.isPossible && hasBusybox, "needs hosts of namespaces and a static busybox"))
    struct BareRoots {
        /// Root logs in to a root with nothing but busybox in it: no other program and no library.
        private static let deed = """
            set -e; mkdir -p /bare/bin /bare/proc /bare/dev /bare/tmp /bare/etc /bare/root; cp "$(command -v busybox)" /bare/bin/busybox
            chroot /bare /bin/busybox --install /bin; mount --bind /proc /bare/proc; mount --bind /dev /bare/dev
            mount --bind /root /bare/root; echo root:x:0:0:root:/root:/bin/sh > /bare/etc/passwd
            printf '#!/bin/sh\\nexec chroot /bare /bin/sh "$@"\\n' > /bare-shell; chmod 755 /bare-shell
            sed -i 's,^root:.*,root:x:0:0:root:/root:/bare-shell,' /etc/passwd
            [ -z "$(find /bare -name 'lib*.so*' -not -path '/bare/proc/*' | head -n 1)" ]
            """

        @Test("busybox and nothing else: a run goes the whole way, agents are handed on by its netcat, and nothing is left")
        func bare() async throws { try await onFleet(4, run) }

        private func run(_ fleet: Fleet, _ folder: URL) async throws {
            for host in 1...4 {
                let (status, output) = try await fleet.execute(host, Self.deed)
                try #require(status == 0, "\(output)")
            }
            var playbook = TestPlaybook(on: fleet)
            playbook.duration = "1s"
            playbook.distributed = [TestPlaybook.ssh(fleet, user: "root"), "deployment: {relay: auto}"]
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            try run.expectCountsAddUp((1...4).map { "h\($0)" })
            run.expectSeenGone((1...4).map { "h\($0)" })
            let fed = run.events.count { if case .agentDeployed(_, let deployed) = $0.kind { deployed.fedBy != nil } else { false } }
            #expect(fed == 2, "\(run.finished)")
            for host in 1...4 {
                #expect(try await fleet.processes(on: host) == [])
                #expect(try await fleet.execute(host, "find /root/.local /root/.cache -type f").output.hasSuffix("/muster-agent\n"))
            }
        }
    }
}
