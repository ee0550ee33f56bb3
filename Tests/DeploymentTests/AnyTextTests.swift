import Foundation
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Deployment

/// Whatever a person writes arrives as it was written, through every shell that this machine has.
@Suite struct AnyTextTests {
    /// Login shells that a host may have; busybox's is called through a script.
    static let shells = [
        "/bin/sh", "/bin/bash", "/bin/dash", "/bin/csh", "/bin/tcsh", "/usr/bin/fish", "/bin/zsh", "busybox sh", "busybox ash",
    ]
    .filter { FileManager.default.isExecutableFile(atPath: $0.hasPrefix("/") ? $0 : "/bin/busybox") }

    private func host(_ fleet: FakeFleet, _ shell: String, home: String) throws -> LocalHost {
        let path = shell.hasPrefix("/") ? shell : try fleet.program("shell", "#!/bin/sh\nexec \(shell) \"$@\"\n")
        return LocalHost(name: HostName("h0"), environment: ["HOME": home, "PATH": "/usr/bin:/bin"], shell: path)
    }

    @Test("Values of variables, names of pushed files and the home directory's own name, for every login shell", arguments: shells)
    func launch(shell: String) async throws {
        try await withFakeFleet { fleet in
            for seed in 0..<3 as Range<UInt64> {
                var texts = AnyText(seed: seed)
                // The name of an account's home has no line ends: everything that asks for it reads a line.
                let home = fleet.home.path + "/" + texts.name().filter { !$0.isNewline && ($0.asciiValue ?? 32) >= 32 }
                let data = fleet.home.deletingLastPathComponent().path + "/data \(seed)"
                for path in [home, data] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
                let files = (0..<8).map { _ in texts.name() }
                for (index, name) in files.enumerated() { try Data("\(index)".utf8).write(to: URL(fileURLWithPath: "\(data)/\(name)")) }
                let environment = Dictionary((0..<20).map { ("V\($0)", texts.next()) }) { $1 }
                let settings = fleet.settings(environment: environment)
                let package = try FilePackage(FilePush(from: data, to: "in"), cacheDirectory: data + "/../bundles")
                let host = try host(fleet, shell, home: home)
                let agent = try await fleet.deployer.deploy(settings, bringing: [package], on: host, deadline: .seconds(60))
                let arrived = try JSONDecoder().decode(
                    LaunchSettings.self, from: Data(contentsOf: URL(fileURLWithPath: agent.directory + "/launch.json")))
                #expect(arrived == settings, "seed \(seed)")
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: agent.directory + "/files/in").sorted() == Set(files).sorted(),
                    "seed \(seed)")
                #expect(await fleet.deployer.withdraw(agent, on: host).isProven, "seed \(seed)")
                try await fleet.deployer.remove(agent, on: host)
                #expect(!FileManager.default.fileExists(atPath: home + "/.local/state/muster"), "seed \(seed)")
            }
        }
    }

    @Test(
        "Volumes, arguments and the image of a container, as the host's sh reads them",
        arguments: ["sh", "bash", "dash", "zsh", "busybox sh"])
    func container(shell: String) async throws {
        guard FileManager.default.isExecutableFile(atPath: "/bin/" + shell.prefix { $0 != " " }) else { return }
        try await withFakeFleet { fleet in
            for seed in 0..<5 as Range<UInt64> {
                var texts = AnyText(seed: seed)
                var plan = ContainerPlan()
                plan.arguments = (0..<10).map { _ in texts.next() }
                plan.image = texts.next()
                let volume = VolumeMount(source: texts.next(), destination: texts.next(), mode: "ro")
                let file = fleet.home.path + "/container.sh"
                try Data(ContainerLaunch(plan: plan, volumes: [volume]).document(bundle: "0")).write(to: URL(fileURLWithPath: file))
                let result = try await fleet.host.execute(
                    "\(shell) -c '. \"$1\"; printf \"%s\\000\" \"$image\" \"$@\"' x \(file)", input: [], deadline: .seconds(60))
                let words = result.stdout.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
                let expected = ["--network", "host", "-v", "\(volume.source):\(volume.destination):ro"] + plan.arguments
                #expect(words == [plan.image ?? ""] + expected + [""], "seed \(seed)")
            }
        }
    }
}
