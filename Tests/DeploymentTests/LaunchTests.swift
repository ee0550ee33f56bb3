import Deployment
import Foundation
import Plans
import TestKit
import Testing
import Vocabulary

@Suite struct LaunchTests {
    @Test("A host without the agent is sent it once; the next launch sends settings alone")
    func secondLaunchSendsNothing() async throws {
        try await withFakeFleet { fleet in
            let first = try await fleet.deploy(1)
            let second = try await fleet.deploy(2)
            #expect(!first.wasCached)
            #expect(second.wasCached)
            #expect(second.bytesSent < first.bytesSent)
            #expect(first.directory == fleet.runs.path + "/20261125-043000-test-0000/agent-1")
            #expect(first.facts.home == fleet.home.path)
            #expect(first.facts.architecture == "x86_64" || first.facts.architecture == "aarch64")
            #expect(first.facts.freeSpace ?? .zero > .zero)
            #expect(first.facts.clockSeconds ?? 0 > 1_700_000_000)
            #expect(try await fleet.deployer.isAlive(first, on: fleet.host))
            let agents = fleet.cache.appendingPathComponent("agents")
            #expect(try FileManager.default.contentsOfDirectory(atPath: agents.path) == [fleet.deployer.bundle?.sha256])
        }
    }

    @Test("Settings arrive byte for byte in a file that only its owner can read")
    func settingsArrive() async throws {
        try await withFakeFleet { fleet in
            let environment = [
                "A": "it's \"so\" $(reboot) `x` \\ !", "B": "two\nlines\n", "C": "é 日本 \u{1f600}", "D": "",
                "E": String(repeating: "x", count: 200_000),
            ]
            let settings = fleet.settings(environment: environment)
            let agent = try await fleet.deployer.deploy(settings, on: fleet.host, deadline: .seconds(60))
            let file = agent.directory + "/launch.json"
            #expect(try JSONDecoder().decode(LaunchSettings.self, from: Data(contentsOf: URL(fileURLWithPath: file))) == settings)
            #expect(try await fleet.output("stat -c %a \(file) \(agent.directory)") == "600\n700")
        }
    }

    @Test("No secret stands in an argument list while an agent is launched and runs")
    func secretsStayOutOfArguments() async throws {
        try await withFakeFleet { fleet in
            _ = try await fleet.deploy()
            #expect(try await fleet.output("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\000' '\\n' | grep -c token-of-the-[t]est") == "0")
        }
    }

    @Test("What a login shell prints does not get in the way")
    func noiseIsHeardOver() async throws {
        try await withFakeFleet { fleet in
            let shell = try fleet.program(
                "noisy", "#!/bin/sh\necho Welcome; echo pid 1; printf 'no end of line'; echo oops >&2\nexec /bin/sh \"$@\"\n")
            let host = fleet.host(shell: shell)
            let agent = try await fleet.deploy(on: host)
            #expect(try await fleet.deployer.isAlive(agent, on: host))
            #expect(await fleet.deployer.withdraw(agent, on: host).isProven)
        }
    }

    @Test("A login shell that runs nothing is named with what it printed")
    func noShell() async throws {
        try await withFakeFleet { fleet in
            let shell = try fleet.program("nologin", "#!/bin/sh\necho This account is not available.\nexit 1\n")
            await #expect(throws: DeploymentError.noAnswer(host: HostName("h0"), output: "This account is not available.")) {
                _ = try await fleet.deploy(on: fleet.host(shell: shell))
            }
        }
    }

    @Test("An agent that is there already is left alone")
    func occupied() async throws {
        try await withFakeFleet { fleet in
            let agent = try await fleet.deploy()
            await #expect { _ = try await fleet.deploy() } throws: { reason($0) == .occupied }
            #expect(try await fleet.deployer.isAlive(agent, on: fleet.host))
        }
    }

    @Test("A failed start is told in the agent's own words, and nothing but the cache is left")
    func failedStart() async throws {
        try await withFakeFleet { fleet in
            let deployer = try fleet.deployer(agent: "#!/bin/sh\necho I cannot >&2\nexit 7\n")
            await #expect {
                _ = try await deployer.deploy(fleet.settings(), on: fleet.host, deadline: .seconds(60))
            } throws: { reason($0) == .start && "\($0)".contains("exit 7: I cannot") }
            #expect(!FileManager.default.fileExists(atPath: fleet.home.path + "/.local/state/muster"))
        }
    }

    @Test("An agent built for another kind of machine is refused before anything is sent")
    func otherArchitecture() async throws {
        try await withFakeFleet { fleet in
            var header = [UInt8](repeating: 0, count: 64)
            header.replaceSubrange(0..<4, with: [0x7f, 0x45, 0x4c, 0x46])
            header[18] = 243
            let path = try fleet.program("riscv", "")
            try Data(header).write(to: URL(fileURLWithPath: path))
            let deployer = Deployer(bundle: try AgentBundle(path: path, cacheDirectory: fleet.home.path + "/bundles"))
            await #expect {
                _ = try await deployer.deploy(fleet.settings(), on: fleet.host, deadline: .seconds(60))
            } throws: { reason($0) == .architecture && "\($0)".contains("built for machine-243") }
            #expect(!FileManager.default.fileExists(atPath: fleet.home.path + "/.cache"))
        }
    }

    @Test("A damaged agent is not kept")
    func damagedAgent() async throws {
        try await withFakeFleet { fleet in
            // Stands between shell and script, and loses a byte of everything that gzip prints.
            let tools = fleet.home.deletingLastPathComponent().appendingPathComponent("tools")
            try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
            _ = try fleet.program("tools/gzip", "#!/bin/sh\n/usr/bin/gzip \"$@\" | tail -c +2\n")
            let host = fleet.host(path: "\(tools.path):/usr/bin:/bin")
            await #expect { _ = try await fleet.deploy(on: host) } throws: { reason($0) == .checksum }
            #expect(try await fleet.output("find \(fleet.home.path) -type f") == "")
        }
    }

    @Test("A home that is not absolute, or not writable, is named", .enabled(if: FileManager.default.fileExists(atPath: "/proc/self")))
    func unusableHome() async throws {
        try await withFakeFleet { fleet in
            let nowhere = LocalHost(name: HostName("h0"), environment: ["PATH": "/usr/bin:/bin"])
            await #expect { _ = try await fleet.deploy(on: nowhere) } throws: { reason($0) == .home }
            // Not even root can write there.
            let readOnly = LocalHost(name: HostName("h0"), environment: ["PATH": "/usr/bin:/bin", "HOME": "/proc/self"])
            await #expect { _ = try await fleet.deploy(on: readOnly) } throws: { reason($0) == .directory }
        }
    }

    @Test("A launch that hangs is given up at its deadline")
    func deadline() async throws {
        try await withFakeFleet { fleet in
            let deployer = try fleet.deployer(agent: "#!/bin/sh\nexec sleep 1000\n")
            await #expect {
                _ = try await deployer.deploy(fleet.settings(), on: fleet.host, deadline: .milliseconds(500))
            } throws: { error in
                if case .deadline? = error as? DeploymentError { true } else { false }
            }
        }
    }
}

/// Why a host refused.
func reason(_ error: any Error) -> DeploymentError.Refusal.Reason? {
    if case .refused(_, let refusal)? = error as? DeploymentError { refusal.reason } else { nil }
}
