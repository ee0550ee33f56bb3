import Deployment
import Foundation
import Plans
import TestKit
import Testing
import Vocabulary

/// Launches into containers on this machine, with a program of the test's own in docker's place that writes down how it is called.
@Suite struct ContainerLaunchTests {
    struct Pulling: Sendable, CustomTestStringConvertible {
        var policy: ContainerPlan.PullPolicy
        var isThere: Bool
        /// What the runtime is told to do about the image; nil: the launch is refused.
        var deeds: [String]?
        var testDescription: String { "\(policy), \(isThere ? "there" : "not there")" }
    }

    static let pullings = [
        Pulling(policy: .always, isThere: true, deeds: ["pull some/image:1"]),
        Pulling(policy: .always, isThere: false, deeds: ["pull some/image:1"]),
        Pulling(policy: .ifNotPresent, isThere: true, deeds: []),
        Pulling(policy: .ifNotPresent, isThere: false, deeds: ["pull some/image:1"]),
        Pulling(policy: .never, isThere: true, deeds: []), Pulling(policy: .never, isThere: false, deeds: nil),
        Pulling(policy: .push, isThere: true, deeds: []), Pulling(policy: .push, isThere: false, deeds: ["load"]),
    ]

    @Test("The image is pulled, loaded or left alone as pull_policy says", arguments: pullings)
    func pulling(_ pulling: Pulling) async throws {
        try await withFakeFleet { fleet in
            let docker = try FakeDocker(in: fleet)
            let sha256 = try #require(fleet.deployer.bundle).sha256
            if pulling.isThere { try docker.have(pulling.policy == .push ? "muster.bundle \(sha256)" : "an image") }
            var plan = ContainerPlan()
            plan.image = "some/image:1"
            plan.pullPolicy = pulling.policy
            let launch = ContainerLaunch(plan: plan)
            do {
                let agent = try await fleet.deployer.deploy(fleet.settings(), in: launch, on: docker.host, deadline: .seconds(60))
                #expect(pulling.deeds != nil)
                #expect(await fleet.deployer.withdraw(agent, on: docker.host).isProven)
            } catch {
                #expect(pulling.deeds == nil && reason(error) == .image, "\(error)")
            }
            let deeds = try docker.calls().filter { ["pull", "load"].contains($0.prefix { $0 != " " }) }
            #expect(deeds == pulling.deeds ?? [])
        }
    }

    @Test(
        "Network, volumes, ports, limits and arguments are the runtime's words; variables are in none of them, and their file is the owner's"
    )
    func words() async throws {
        try await withFakeFleet { fleet in
            let docker = try FakeDocker(in: fleet)
            try docker.have("an image")
            var plan = ContainerPlan()
            plan.image = "some/image:1"
            plan.networkMode = "bridge"
            plan.arguments = ["--hostname", "two words"]
            let launch = ContainerLaunch(
                plan: plan, volumes: [VolumeMount(source: "/on/host", destination: "/data", mode: "ro")],
                ports: [PublishedPort(address: nil, hostPort: 7761, containerPort: 80, isUDP: false)],
                limits: ProcessLimits(memory: .kibibytes(65536), cpus: 1.5, openFiles: 4096))
            let settings = fleet.settings(environment: ["PLANTED": "a-planted-secret"])
            let agent = try await fleet.deployer.deploy(settings, in: launch, on: docker.host, deadline: .seconds(60))
            let run = try #require(try docker.calls().first { $0.hasPrefix("run ") })
            for words in [
                "--network bridge", "-v /on/host:/data:ro", "-p 7761:80", "--memory 67108864", "--cpus 1.5", "--ulimit nofile=4096:4096",
                "--hostname two words", "--rm", "--label muster.run=\(settings.run)", "--label muster.agent=\(settings.agent)",
            ] {
                #expect(run.contains(" \(words) "), "\(words): \(run)")
            }
            #expect(try docker.calls().allSatisfy { !$0.contains("a-planted-secret") && !$0.contains("token-of-the-test") })
            #expect(
                try await fleet.output("stat -c %a '\(agent.directory)/launch.json'; ls '\(agent.directory)' | grep -c container.sh")
                    == "600\n0")
            #expect(await fleet.deployer.withdraw(agent, on: docker.host).isProven)
        }
    }

    @Test("A runtime whose daemon does not answer is named with its own words; one that is insisted on and missing, too")
    func noDaemon() async throws {
        try await withFakeFleet { fleet in
            let docker = try FakeDocker(in: fleet, daemon: false)
            var plan = ContainerPlan()
            for (runtime, why) in [
                (ContainerPlan.Runtime.docker, "docker: Cannot connect to the Docker daemon"), (.podman, "podman is not there"),
            ] {
                plan.runtime = runtime
                // Elsewhere there may be a podman.
                if runtime == .podman, FileManager.default.isExecutableFile(atPath: "/usr/bin/podman") { continue }
                await #expect {
                    let launch = ContainerLaunch(plan: plan)
                    _ = try await fleet.deployer.deploy(fleet.settings(), in: launch, on: docker.host, deadline: .seconds(60))
                } throws: {
                    reason($0) == .runtime && "\($0)".contains(why) && "\($0)".contains("\n  fix: install podman or docker")
                }
                #expect(!FileManager.default.fileExists(atPath: fleet.runs.path))
            }
        }
    }
}
