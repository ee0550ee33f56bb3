import Deployment
import Foundation
import Plans
import SSH
import TestKit
import Testing
import Vocabulary

@Suite("Directions to a host", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh"), "needs openssh-client"))
struct DirectionsTests {
    private static let configuration = """
        Host h1
          HostName 10.0.0.7
          Port 2222
          User deploy
          IdentityFile ~/.ssh/fleet_%h
          IdentitiesOnly yes
          ProxyJump gate@bastion
          ConnectTimeout 7
          UserKnownHostsFile /tmp/kh
          StrictHostKeyChecking yes
        Host bastion
          HostName 10.0.0.1
          ProxyJump outer
        Host circle
          ProxyJump ring
        Host ring
          ProxyJump circle
        Host proxied
          ProxyCommand nc -x proxy %h %p
        """

    @Test("are those of the ssh configuration, hops and their hops included")
    func configured() async throws {
        let target = try await target(SSHDestination(host: HostName("h1")))
        #expect(target.host.text == "h1" && target.address == "10.0.0.7" && target.port == 2222 && target.user == "deploy")
        #expect(target.keyPaths == ["~/.ssh/fleet_10.0.0.7"] && target.onlyNamedKeys)
        #expect(target.connectTimeout == .seconds(7) && target.hostKeys == .strict(knownHosts: nil))
        #expect(target.knownHostsFiles.first == "/tmp/kh")
        #expect(target.jumps.map(\.host.text) == ["outer", "bastion"])
        #expect(target.jumps[1].user == "gate" && target.jumps[1].address == "10.0.0.1")
    }

    @Test("are those of the playbook where it says something")
    func overridden() async throws {
        var destination = SSHDestination(
            host: HostName("h1"), port: 22, user: "bench", keyPath: "/k", connectTimeout: .seconds(3),
            hostKeys: .acceptNew(knownHosts: "/kh"))
        destination.proxyJump = "me@other:2200"
        let target = try await target(destination)
        #expect(target.port == 22 && target.user == "bench" && target.keyPaths == ["/k"] && target.connectTimeout == .seconds(3))
        #expect(target.hostKeys == .acceptNew(knownHosts: "/kh"))
        #expect(target.jumps.count == 1 && target.jumps[0].place == "other:2200" && target.jumps[0].user == "me")
        destination.proxyJump = "none"
        #expect(try await self.target(destination).jumps == [])
    }

    @Test("to a host that nobody has said anything of are the defaults")
    func defaults() async throws {
        let target = try await target(SSHDestination(host: HostName("plain")))
        #expect(target.port == 22 && target.address == nil && target.keyPaths == [] && target.jumps == [])
        #expect(target.connectTimeout == .seconds(10) && target.hostKeys == .ask(knownHosts: nil))
    }

    @Test("through a proxy command have its tokens filled in")
    func proxied() async throws {
        #expect(try await target(SSHDestination(host: HostName("proxied"))).proxyCommand == "nc -x proxy proxied 22")
    }

    @Test("that lead in a circle are an error, as is a hop that is no host", arguments: ["circle", "h1"])
    func wrong(host: String) async throws {
        var destination = SSHDestination(host: HostName(host))
        if host == "h1" { destination.proxyJump = "a b" }
        await #expect(throws: SSHError.self) { try await target(destination) }
    }

    private func target(_ destination: SSHDestination) async throws -> SSHTarget {
        try await withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("config").path
            try Self.configuration.write(toFile: file, atomically: true, encoding: .utf8)
            return try await Directions(configuration: PersonalConfiguration(file: file)).target(of: destination)
        }
    }
}
