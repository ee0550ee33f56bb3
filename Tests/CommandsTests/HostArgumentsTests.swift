import ArgumentParser
import Foundation
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Commands

@Suite struct HostArgumentsTests {
    @Test("The hosts of a playbook are those of its agents, reached as it says")
    func playbook() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("fleet.yaml").path
            try """
            target: "file:///tmp/x/"
            distributed:
              ssh: {enabled: true, user: deploy}
              agents: [{address: h1}, {address: h2}]
            workload: [{op: stat, path: "y"}]
            """.write(toFile: file, atomically: true, encoding: .utf8)
            let reaches = try HostArguments.parse(["--playbook", file]).reaches()
            #expect(reaches.map(\.hostName) == [HostName("h1"), HostName("h2")])
            let destination = try #require(reaches.first?.destination)
            #expect(destination.user == "deploy")
        }
    }

    @Test("A list of hosts has users, ports and ranges, and names this machine `local`")
    func list() throws {
        let reaches = try HostArguments.parse(["--hosts", "deploy@h[1-2]:2222, local"]).reaches()
        #expect(reaches.count == 3)
        #expect(reaches.last == .local)
        let destination = try #require(reaches.first?.destination)
        #expect(destination.host == HostName("h1") && destination.user == "deploy" && destination.port == 2222)
    }

    @Test("Either hosts or a playbook must be given, and not both", arguments: [[], ["--hosts", "h1", "--playbook", "x.yaml"]])
    func either(arguments: [String]) {
        #expect(throws: (any Error).self) { try HostArguments.parse(arguments) }
    }
}

extension Reach {
    /// nil where it is not reached over SSH.
    fileprivate var destination: SSHDestination? {
        if case .ssh(let destination) = self { destination } else { nil }
    }
}
