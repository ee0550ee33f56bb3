import Deployment
import Foundation
import Plans
import TestKit
import Vocabulary

/// This machine with a home directory of the test's own, and a shell script in the agent's place.
struct FakeFleet: Sendable {
    let home: URL
    let host: LocalHost
    let deployer: Deployer

    var runs: URL { home.appendingPathComponent(".local/state/muster/runs") }
    var cache: URL { home.appendingPathComponent(".cache/muster") }

    /// `shell` stands in for the account's login shell; `path` for its PATH.
    func host(shell: String = "/bin/sh", path: String = "/usr/bin:/bin") -> LocalHost {
        LocalHost(name: HostName("h0"), environment: ["HOME": home.path, "PATH": path], shell: shell)
    }

    /// A program of the test's own.
    func program(_ name: String, _ text: String) throws -> String {
        let file = home.deletingLastPathComponent().appendingPathComponent(name)
        try writeProgram(text, to: file)
        return file.path
    }

    func deployer(agent text: String) throws -> Deployer {
        let folder = home.deletingLastPathComponent()
        let path = try program("agent-\(UUID().uuidString.prefix(8))", text)
        return Deployer(bundle: try AgentBundle(path: path, cacheDirectory: folder.appendingPathComponent("bundles").path))
    }

    func settings(_ agent: Int = 1, environment: [String: String] = [:]) -> LaunchSettings {
        LaunchSettings(
            run: RunID("20261125-043000-test-0000")!, agent: AgentID(number: agent), token: Secret("token-of-the-test"),
            lease: .seconds(60),
            environment: environment)
    }

    func deploy(_ agent: Int = 1, on other: (any Deployment.Host)? = nil) async throws -> DeployedAgent {
        try await deployer.deploy(settings(agent), on: other ?? host, deadline: .seconds(60))
    }

    /// What a command prints on this machine.
    func output(_ command: String) async throws -> String {
        let result = try await host.execute(command, input: [], deadline: .seconds(60))
        return String(decoding: result.stdout, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Lends a fake fleet; whatever the test has started in it is ended afterwards.
func withFakeFleet<T>(_ body: (FakeFleet) async throws -> T) async throws -> T {
    try await withTemporaryFolder("muster-deployment") { folder in
        let home = folder.appendingPathComponent("home")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let host = LocalHost(name: HostName("h0"), environment: ["HOME": home.path, "PATH": "/usr/bin:/bin"])
        let agent = folder.appendingPathComponent("agent")
        try writeProgram(FakeAgent.text, to: agent)
        let bundle = try AgentBundle(path: agent.path, cacheDirectory: folder.appendingPathComponent("bundles").path)
        let fleet = FakeFleet(home: home, host: host, deployer: Deployer(bundle: bundle))
        do {
            let value = try await body(fleet)
            _ = try await fleet.deployer.clean(on: host, force: true)
            return value
        } catch {
            _ = try? await fleet.deployer.clean(on: host, force: true)
            throw error
        }
    }
}

enum FakeAgent {
    /// An agent that starts, has a process of its own, relays, and packs.
    static let text = starting("exec sleep 1000")

    /// The same with `life` as what its process does; `$1` is its run directory.
    static func starting(_ life: String) -> String {
        """
        #!/bin/sh
        d=$3
        case $1 in
        start)
          cat /proc/sys/kernel/random/boot_id >"$d/boot"
          setsid /bin/sh -c 'echo $$ >"$1/agent.pid"; echo $$ >"$1/pid.new"; mv "$1/pid.new" "$1/pid"; \(life)' agent "$d" </dev/null >>"$d/agent.log" 2>&1 &
          until [ -e "$d/pid" ]; do sleep 0.01; done
          echo "pid $(cat "$d/pid")";;
        relay) exec cat;;
        pack) cat "$d/launch.json"; printf '\\000\\377end';;
        esac
        exit 0

        """
    }
}
