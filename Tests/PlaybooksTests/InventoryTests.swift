import Foundation
import Plans
import Testing
import Vocabulary

@testable import Playbooks

@Suite("An inventory") struct InventoryTests {
    @Test("of Ansible's INI kind gives each host what its groups and itself say, the nearer winning")
    func ini() throws {
        let hosts = try parseInventory(
            """
            # the gate
            gate ansible_host=10.0.0.1 ansible_port=2222
            here ansible_connection=local

            [web]
            web[01:03].lab   # three
            [db]
            db-[a:b] ansible_user="pg"

            [fleet:children]
            web
            db
            [fleet:vars]
            ansible_user=deploy
            ansible_ssh_private_key_file = ~/.ssh/fleet
            [web:vars]
            ansible_ssh_common_args='-o ProxyJump=me@gate:2222 -o Compression=yes'
            """, path: "hosts")
        #expect(hosts.map(\.name) == ["gate", "here", "web01.lab", "web02.lab", "web03.lab", "db-a", "db-b"])
        #expect(hosts[0].reach == .ssh(destination("gate") { ($0.address, $0.port) = ("10.0.0.1", 2222) }))
        #expect(hosts[1].reach == .local)
        #expect(
            hosts[3].reach
                == .ssh(destination("web02.lab") { ($0.user, $0.keyPath, $0.proxyJump) = ("deploy", "~/.ssh/fleet", "me@gate:2222") }))
        #expect(hosts[5].reach == .ssh(destination("db-a") { ($0.user, $0.keyPath) = ("pg", "~/.ssh/fleet") }))
        #expect(hosts[3].groups == ["web", "fleet", "all"])
    }

    @Test("of Ansible's YAML kind gives the same")
    func yaml() throws {
        let hosts = try parseInventory(
            """
            all:
              vars: {ansible_user: deploy}
              children:
                web:
                  hosts:
                    web[01:02]:
                    special: {ansible_user: root, ansible_port: 2200}
                  vars: {ansible_ssh_private_key_file: /k}
              hosts:
                gate: {ansible_host: 10.0.0.1}
            """, path: "hosts.yaml")
        #expect(hosts.map(\.name) == ["web01", "web02", "special", "gate"])
        #expect(hosts[0].reach == .ssh(destination("web01") { ($0.user, $0.keyPath) = ("deploy", "/k") }))
        #expect(hosts[2].reach == .ssh(destination("special") { ($0.user, $0.keyPath, $0.port) = ("root", "/k", 2200) }))
        #expect(hosts[3].reach == .ssh(destination("gate") { ($0.user, $0.address) = ("deploy", "10.0.0.1") }))
    }

    @Test("may be a plain list, with users, ports and ranges")
    func plain() throws {
        let hosts = try parseInventory("root@h[1-2,7]:2200\n\n# no more\n10.0.0.9\n", path: "list")
        #expect(
            hosts.map(\.reach) == ["h1", "h2", "h7"].map { name in .ssh(destination(name) { ($0.user, $0.port) = ("root", 2200) }) }
                + [.ssh(destination("10.0.0.9"))])
    }

    @Test(
        "that names no host says so, with its line",
        arguments: ["", "# nothing\n", "[web]\nh[3-1]\n", "all:\n  hosts:\n    \"a b\":\n", "h1 ansible_port=x\n", "- [x]\n"])
    func wrong(text: String) { #expect(throws: InventoryError.self) { try parseInventory(text, path: "hosts") } }

    @Test("is read whatever stands in it", arguments: 0..<200)
    func garbage(seed: Int) {
        var state = UInt64(seed + 1)
        let alphabet = Array("[]:,-=#\n \"'{}ah1@x")
        let text = (0..<80).reduce(into: "") { text, _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            text.append(alphabet[Int(state >> 33) % alphabet.count])
        }
        _ = try? parseInventory(text, path: seed.isMultiple(of: 2) ? "hosts" : "hosts.yml")
    }

    @Test("limits name hosts, groups and ranges, and leave out")
    func limits() throws {
        let admits = { (text: String, names: [String]) in try HostLimit(text).admits(names) }
        #expect(try admits("node[01-03]", ["node02"]))
        #expect(try !admits("node[01-03]", ["node04"]))
        #expect(try admits("web, db*", ["db-a", "fleet"]))
        #expect(try admits("web", ["w1", "web"]))
        #expect(try !admits("node*,!node07", ["node07"]))
        #expect(try admits("!node07", ["node08"]))
        #expect(throws: AddressError.self) { try HostLimit(" ,") }
        #expect(throws: AddressError.self) { try HostLimit("a[3-1]") }
    }

    @Test("a limit keeps the agents' names and numbers anew; one that leaves nobody is an error")
    func limitedPlaybook() throws {
        let text = """
            target: "file:///data/"
            workload: [{op: get, path: "x/*"}]
            distributed:
              ssh: {enabled: true}
              agents: [{address: "node[01-04]"}, {address: gate, id: g}]
            """
        var options = PlaybookOptions()
        options.limit = try HostLimit("node03,g")
        let plan = try #require(readPlaybook(path: "t.yaml", text: text, options: options).plan)
        #expect(plan.agents.map(\.id.text) == ["agent-3", "g"] && plan.agents.map(\.number) == [1, 2])
        options.limit = try HostLimit("other")
        #expect(readPlaybook(path: "t.yaml", text: text, options: options).hasErrors)
    }

    private func destination(_ host: String, _ change: (inout SSHDestination) -> Void = { _ in }) -> SSHDestination {
        var destination = SSHDestination(host: HostName(host))
        change(&destination)
        return destination
    }
}
