import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Agents in containers", .enabled(if: Fleet.canContain, "needs hosts of namespaces, podman and runc"))
    struct Containers {
        @Test("push: an image of the agent alone is made on the hosts, the second run sends nothing, and of it all only the image is left")
        func pushed() async throws { try await onContainerFleet(push) }

        @Test("An image with another program in it: volumes, read-only ones, ports and env values are as written")
        func foreign() async throws { try await onContainerFleet(performInForeignImage) }

        @Test(
            "A controller that is killed: within the lease every container has gone; hosts clean removes all but the containers of others")
        func killed() async throws { try await onContainerFleet(killController) }

        @Test("What stands in a container's way is named with its fix, and nothing of it stays")
        func wrong() async throws { try await onContainerFleet(misconfigure) }

        private func onContainerFleet(_ body: (Fleet, URL) async throws -> Void) async throws {
            try await withFleet(2, containers: true) { fleet in
                try await makeShellImage(on: fleet)
                try await withTemporaryFolder { try await body(fleet, $0) }
                for host in 1...2 { try await fleet.expectOnlyBystander(host) }
            }
        }

        /// An image that knows nothing of Muster, and a container of it that is none of ours.
        private func makeShellImage(on fleet: Fleet) async throws {
            let make = """
                set -e; mkdir -p /root/img/bin /root/data /root/fixed; cp "$(command -v busybox)" /root/img/bin/busybox; cd /root/img/bin; \
                for tool in sh sleep touch httpd cat kill; do ln -sf busybox $tool; done; \
                tar -C /root/img -cf - . | podman import -q - localhost/shell:1; echo kept > /root/fixed/file; \
                podman run -d --name bystander --network none --entrypoint /bin/sleep localhost/shell:1 100000
                """
            for host in 1...2 {
                let (status, output) = try await fleet.execute(host, make)
                try #require(status == 0, "\(output)")
            }
        }

        private func playbook(on fleet: Fleet, deployment: String, entry: String = "") -> TestPlaybook {
            var playbook = TestPlaybook(on: fleet) { _ in ", volumes: [\"/root/data:/data\", \"/root/fixed:/fixed:ro\"]\(entry)" }
            playbook.target = "file:///data/"
            playbook.distributed = [TestPlaybook.ssh(fleet, user: "root"), "deployment: {deploy_type: docker\(deployment)}"]
            return playbook
        }

        private func push(on fleet: Fleet, in folder: URL) async throws {
            var playbook = playbook(on: fleet, deployment: ", pull_policy: push")
            playbook.duration = "1s"
            for isCached in [false, true] {
                let run = try await StartedRun.start(playbook, in: folder).end(0)
                try run.expectCountsAddUp(["h1", "h2"])
                run.expectSeenGone(["h1", "h2"])
                for event in run.all("agent_deployed") {
                    guard case .agentDeployed(_, let deployed) = event.kind else { continue }
                    #expect(deployed.cached == isCached)
                    #expect(isCached ? deployed.sentBytes < 20_000 : deployed.sentBytes > 1_000_000)
                }
            }
            let images = try await fleet.execute(1, "podman images --format '{{.Repository}}'").output.split(separator: "\n")
            #expect(images.sorted() == ["localhost/muster-agent", "localhost/shell"])
            let cleaned = try await muster(["clean", "--cache"], fleet, folder)
            #expect(cleaned.status == 0, "\(cleaned)")
            for host in 1...2 {
                #expect(try await fleet.execute(host, "podman images --format '{{.Repository}}'").output == "localhost/shell\n")
            }
        }

        private func performInForeignImage(on fleet: Fleet, in folder: URL) async throws {
            let planted = #"it's $(x) \"é\" `y`\nand more"#
            var playbook = playbook(
                on: fleet, deployment: ", image: \"localhost/shell:1\", pull_policy: never, network_mode: bridge",
                entry: ", ports: [\"18080:8080\"], env: {PLANTED: \"\(planted)\"}")
            let script =
                "printf %s \\\"$PLANTED\\\" > /data/planted; if touch /fixed/x; then exit 9; fi; httpd -p 8080 -h /data; "
                + "until [ -e /data/go ]; do sleep 0.1; done"
            playbook.stages = [
                "{name: probe, order: 1, type: custom, command: /bin/sh, args: [\"-c\", \"\(script)\"]}",
                "{name: prepare, order: 2, type: prepare}", "{name: execute, order: 3, type: execute}",
            ]
            let started = try StartedRun.start(playbook, in: folder)
            for (host, other) in [(1, 2), (2, 1)] {
                let fetch = "busybox wget -qO- http://\(fleet.address(host)):18080/planted"
                try await eventually("h\(host) shows the port\n\(started.execution.errors)", within: .seconds(60)) {
                    try await fleet.execute(other, fetch).output == "it's $(x) \"é\" `y`\nand more"
                }
                #expect(try await fleet.execute(host, "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | grep -c 'and mor[e]'").output == "0\n")
                _ = try await fleet.execute(host, "touch /root/data/go")
            }
            let run = try await started.end(0)
            try run.expectCountsAddUp(["h1", "h2"])
            #expect(try await fleet.execute(1, "ls -A /root/fixed").output == "file\n")
        }

        private func killController(on fleet: Fleet, in folder: URL) async throws {
            var playbook = playbook(on: fleet, deployment: "")
            playbook.duration = "120s"
            playbook.lease = "5s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitForLoad(agents: 2)
            started.execution.kill()
            try await started.execution.wait()
            for host in 1...2 {
                try await eventually("the container on h\(host) has gone", within: .seconds(60)) {
                    try await fleet.execute(host, "podman ps -a --format '{{.Names}}'").output == "bystander\n"
                }
            }
            let shown = try await muster(["ps"], fleet, folder)
            #expect(shown.output.split(separator: "\n").count { $0.contains(" dead") } == 2, "\(shown)")
            let cleaned = try await muster(["clean"], fleet, folder)
            #expect(cleaned.output.split(separator: "\n").count { $0.contains(": removed ") } == 2, "\(cleaned)")
        }

        private func misconfigure(_ fleet: Fleet, in folder: URL) async throws {
            let wrong = [
                (", image: \"localhost/nothing:1\", pull_policy: never", "localhost/nothing:1 is not there"),
                (", docker_args: [\"--no-such-option\"]", "no-such-option"),
                (", container_runtime: docker", "cannot run containers there"),
            ]
            for (deployment, why) in wrong {
                let run = try await StartedRun.start(playbook(on: fleet, deployment: deployment), in: folder).end(4)
                #expect(run.finished.errors.contains(why) || run.finished.output.contains(why), "\(run.finished)")
                for host in 1...2 { try await fleet.expectOnlyBystander(host) }
            }
        }

        private func muster(_ words: [String], _ fleet: Fleet, _ folder: URL) async throws -> Finished {
            let hosts = (1...2).map { "root@\(fleet.address($0))" }.joined(separator: ",")
            let login = ["--hosts", hosts, "--key", fleet.keyPath, "--known-hosts", fleet.knownHostsPath]
            return try await MusterRun.start(["hosts"] + words + login, in: folder).wait()
        }
    }
}

extension Fleet {
    /// Expects that of all containers only the one that is none of ours is there, and no process and run directory of ours.
    fileprivate func expectOnlyBystander(_ host: Int, _ place: SourceLocation = #_sourceLocation) async throws {
        let look = """
            podman ps -a --format '{{.Names}}'; podman ps --format '{{.Names}} runs'; grep -lsF MUSTER_OWNER= /proc/[0-9]*/environ; \
            find /root/.local/state/muster 2>/dev/null; cat /root/fixed/file
            """
        #expect(try await execute(host, look).output == "bystander\nbystander runs\nkept\n", sourceLocation: place)
    }
}
