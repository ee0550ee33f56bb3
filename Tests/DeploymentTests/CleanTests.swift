import Deployment
import Foundation
import TestKit
import Testing
import Vocabulary

@Suite struct CleanTests {
    @Test("hosts ps shows what is there, alive or not", arguments: [false, true])
    func leftovers(withBusybox: Bool) async throws {
        try await withFakeFleet { fleet in
            let host = withBusybox ? try busyboxHost(fleet) : fleet.host
            #expect(try await fleet.deployer.leftovers(on: host) == [])
            let alive = try await fleet.deploy(1, on: host)
            let dead = try await fleet.deploy(2, on: host)
            _ = await fleet.deployer.withdraw(dead, on: host)
            let found = try await fleet.deployer.leftovers(on: host).sorted { $0.agent < $1.agent }
            #expect(found.map(\.agent) == [alive.agent, dead.agent])
            #expect(found.map(\.isAlive) == [true, false])
            #expect(found.map(\.pid) == [alive.pid, dead.pid])
            #expect(found.map(\.directory) == [alive.directory, dead.directory])
            #expect(found.allSatisfy { $0.size > .zero && $0.age < .seconds(3600) })
        }
    }

    @Test("hosts clean removes what is dead; with force and cache nothing at all is left", arguments: [false, true])
    func clean(withBusybox: Bool) async throws {
        try await withFakeFleet { fleet in
            let host = withBusybox ? try busyboxHost(fleet) : fleet.host
            let alive = try await fleet.deploy(1, on: host)
            let dead = try await fleet.deploy(2, on: host)
            _ = await fleet.deployer.withdraw(dead, on: host)
            let gentle = try await fleet.deployer.clean(on: host, cache: true)
            #expect(gentle.removed == [.init(run: dead.run, agent: dead.agent)])
            #expect(gentle.keptAlive == [.init(run: alive.run, agent: alive.agent)])
            #expect(!gentle.cacheRemoved && gentle.failed.isEmpty)
            #expect(try await fleet.deployer.isAlive(alive, on: host))

            let thorough = try await fleet.deployer.clean(on: host, cache: true, force: true)
            #expect(thorough.removed == [.init(run: alive.run, agent: alive.agent)])
            #expect(thorough.ended == thorough.removed)
            #expect(thorough.cacheRemoved && thorough.failed.isEmpty)
            #expect(try await fleet.deployer.isAlive(alive, on: host) == false)
            #expect(try await fleet.output("find \(fleet.home.path) -name '*muster*'") == "")

            let again = try await fleet.deployer.clean(on: host, cache: true, force: true)
            #expect(again.removed.isEmpty && again.failed.isEmpty)
        }
    }

    @Test("A launch that is under way is not taken for a dead run")
    func launching() async throws {
        try await withFakeFleet { fleet in
            let young = fleet.runs.appendingPathComponent("20261125-000000-young-0000/agent-1")
            try FileManager.default.createDirectory(at: young, withIntermediateDirectories: true)
            #expect(try await fleet.deployer.clean(on: fleet.host).keptAlive.map(\.description) == ["20261125-000000-young-0000/agent-1"])
            #expect(try await fleet.deployer.leftovers(on: fleet.host).map(\.isAlive) == [true])
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -600)], ofItemAtPath: young.path)
            #expect(try await fleet.deployer.clean(on: fleet.host).removed.count == 1)
        }
    }
}
