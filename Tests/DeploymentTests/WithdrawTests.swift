import Deployment
import Foundation
import TestKit
import Testing
import Vocabulary

@Suite struct WithdrawTests {
    @Test("An agent that is asked goes, and is seen to be gone; once more is no harm")
    func asked() async throws {
        try await withFakeFleet { fleet in
            let agent = try await fleet.deploy(1)
            let other = try await fleet.deploy(10)
            #expect(await fleet.deployer.withdraw(agent, on: fleet.host) == .seenGone(.terminated))
            #expect(await fleet.deployer.withdraw(agent, on: fleet.host) == .seenGone(.alreadyGone))
            #expect(try await fleet.deployer.isAlive(agent, on: fleet.host) == false)
            #expect(try await fleet.deployer.isAlive(other, on: fleet.host), "agent-10 is not agent-1")
            try await fleet.deployer.remove(agent, on: fleet.host)
            try await fleet.deployer.remove(agent, on: fleet.host)
            #expect(FileManager.default.fileExists(atPath: other.directory))
            #expect(!FileManager.default.fileExists(atPath: agent.directory))
        }
    }

    @Test("An agent that does not go is killed with everything of its mark and of its session", arguments: [false, true])
    func killed(withBusybox: Bool) async throws {
        try await withFakeFleet { fleet in
            // One grandchild in a session of its own, one in the agent's session with an empty environment.
            let life = #"trap "" TERM; setsid sleep 1001 & env -i sleep 1002 & while :; do sleep 1; done"#
            let deployer = try fleet.deployer(agent: FakeAgent.starting(life))
            let host = withBusybox ? try busyboxHost(fleet) : fleet.host
            let agent = try await deployer.deploy(fleet.settings(), on: host, deadline: .seconds(60))
            let session = agent.pid
            #expect(await deployer.withdraw(agent, on: host, grace: .seconds(0)) == .seenGone(.killed))
            let left =
                "for f in /proc/[0-9]*/stat; do read -r l <$f; set -- ${l##*) }; [ $4 = \(session) ] && [ $1 != Z ] && echo $l; done 2>/dev/null"
            #expect(try await fleet.output(left) == "")
            #expect(
                try await fleet.output("grep -lsF 'test-0000/agent-1;' /proc/[0-9]*/environ | xargs -r grep -lF \(fleet.home.path)") == "")
        }
    }

    @Test("A living agent's directory is not removed")
    func notRemovedAlive() async throws {
        try await withFakeFleet { fleet in
            let agent = try await fleet.deploy()
            await #expect { try await fleet.deployer.remove(agent, on: fleet.host) } throws: { reason($0) == .remove }
            #expect(FileManager.default.fileExists(atPath: agent.directory))
        }
    }

    @Test("A host that says nothing proves nothing")
    func silentHost() async throws {
        try await withFakeFleet { fleet in
            let agent = try await fleet.deploy()
            let silent = fleet.host(shell: try fleet.program("nologin", "#!/bin/sh\nexit 1\n"))
            #expect(await !fleet.deployer.withdraw(agent, on: silent).isProven)
        }
    }

    @Test("A dead agent's last words come with the check")
    func lastWords() async throws {
        try await withFakeFleet { fleet in
            let deployer = try fleet.deployer(agent: FakeAgent.starting(#"echo "signal=9 reason=ended" >"$1/ended""#))
            let agent = try await deployer.deploy(fleet.settings(), on: fleet.host, deadline: .seconds(60))
            try await eventually("the agent has ended") { try await !deployer.isAlive(agent, on: fleet.host) }
            #expect(try await deployer.check(agent, on: fleet.host) == AgentCheck(isAlive: false, ending: "signal=9 reason=ended"))
        }
    }
}

/// A host where every tool, and the shell that reads the scripts, is busybox's.
func busyboxHost(_ fleet: FakeFleet) throws -> LocalHost {
    let tools = fleet.home.deletingLastPathComponent().appendingPathComponent("busybox")
    if !FileManager.default.fileExists(atPath: tools.path) {
        try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
        for tool in [
            "sh", "head", "wc", "tr", "grep", "gzip", "sha256sum", "sync", "mv", "mkdir", "rmdir", "rm", "chmod", "df", "du", "cut", "tail",
            "stat",
            "date", "uname", "sort", "sleep", "cat", "setsid", "env", "sed", "kill",
        ] {
            try FileManager.default.createSymbolicLink(atPath: tools.appendingPathComponent(tool).path, withDestinationPath: "/bin/busybox")
        }
    }
    let shell = try fleet.program(
        "busybox-shell",
        "#!/bin/sh\nexec /bin/busybox sh -c \"$(printf %s \"$2\" | /bin/busybox sed '1s,^exec /bin/sh,exec /bin/busybox sh,')\"\n")
    return fleet.host(shell: shell, path: tools.path)
}
