import Foundation
import SSH
import TestKit
import Testing
import Vocabulary

@Suite("The person's ssh configuration", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh"), "needs openssh-client"))
struct ConfigurationTests {
    @Test("gives a host its address, port, user, keys, hops and known hosts")
    func settings() async throws {
        let configuration = """
            Host h1
              HostName 10.0.0.7
              Port 2222
              User deploy
              IdentityFile ~/.ssh/fleet_%h
              IdentitiesOnly yes
              ProxyJump gate@bastion:22,inner
              ConnectTimeout 7
              UserKnownHostsFile /tmp/kh
              StrictHostKeyChecking accept-new
              HostKeyAlias fleet
            """
        try await withConfiguration(configuration) { file in
            let settings = try await PersonalConfiguration(file: file).settings(for: "h1")
            #expect(settings.hostName == "10.0.0.7" && settings.port == 2222 && settings.user == "deploy")
            #expect(settings.identityFiles == ["~/.ssh/fleet_%h"] && settings.identitiesOnly)
            #expect(settings.proxyJump == "gate@bastion:22,inner" && settings.connectTimeout == .seconds(7))
            #expect(settings.knownHostsFiles.first == "/tmp/kh" && settings.checking == .acceptNew && settings.hostKeyAlias == "fleet")
        }
    }

    @Test("is asked once for all hosts that its Host lines treat alike")
    func askedOnce() async throws {
        try await withConfiguration("Host node*\n  User deploy\nHost *\n  Port 2200\n") { file in
            let configuration = PersonalConfiguration(file: file)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...50 {
                    group.addTask {
                        let settings = try await configuration.settings(for: "node\(number)")
                        #expect(settings.user == "deploy" && settings.hostName == "node\(number)" && settings.port == 2200)
                    }
                }
                try await group.waitForAll()
            }
            #expect(configuration.questions == 1)
            #expect(try await configuration.settings(for: "other").port == 2200)
            #expect(configuration.questions == 2)
        }
    }

    @Test(
        "is asked for each host where tokens or Match decide",
        arguments: ["Host *\n  HostName %h.example\n", "Match host node1\n  User a\n"])
    func askedForEach(text: String) async throws {
        try await withConfiguration(text) { file in
            let configuration = PersonalConfiguration(file: file)
            let (one, two) = (try await configuration.settings(for: "node1"), try await configuration.settings(for: "node2"))
            #expect(configuration.questions == 2)
            #expect(one != two)
        }
    }

    @Test("is read with what it includes, and not asked where it says nothing that matters")
    func includes() async throws {
        try await withTemporaryFolder { folder in
            let part = folder.appendingPathComponent("part.conf").path
            try "Host h1\n  Port 2022\n".write(toFile: part, atomically: true, encoding: .utf8)
            let file = folder.appendingPathComponent("config").path
            try "Include \(folder.path)/*.conf\n".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try await PersonalConfiguration(file: file).settings(for: "h1").port == 2022)
            try "Host *\n  ForwardAgent yes\n".write(toFile: part, atomically: true, encoding: .utf8)
            let configuration = PersonalConfiguration(file: file)
            #expect(try await configuration.settings(for: "h1") == HostSettings())
            #expect(configuration.questions == 0)
        }
    }

    @Test("that ssh cannot read is an error that says why")
    func broken() async throws {
        try await withConfiguration("Host h1\n  Prot 22\n") { file in
            let configuration = PersonalConfiguration(file: file)
            let error = await sshError { () throws(SSHError) in try await configuration.settings(for: "h1") }
            guard case .configuration("h1", let why) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(why.lowercased().contains("prot"))
        }
    }

    private func withConfiguration(_ text: String, _ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("config").path
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            try await body(file)
        }
    }
}
