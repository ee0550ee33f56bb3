import Foundation
import Glibc
import Synchronization

/// A fleet of hosts on this machine, made and ended by `scripts/fleet`: `h1`, `h2`, …, each with an sshd and a network of its own.
///
/// Each fleet has its own name, folder and network, so that several stand side by side. Hosts are numbered from 1.
package final class Fleet: Sendable {
    /// What `scripts/fleet` could not do, in its words.
    package struct Failure: Error, CustomStringConvertible {
        package let arguments: [String]
        package let result: Finished
        package var description: String { "scripts/fleet \(arguments.joined(separator: " ")): \(result)" }
    }

    /// One line of the fleet's inventory.
    private struct Place {
        let address: String
        let port: Int
        let user: String
    }

    package let name: String
    package let count: Int
    private let places: [Place]
    private static let number = Atomic<Int>(0)

    /// Whether this machine lets the calling user make hosts of namespaces; else such tests are skipped, and counted.
    package static let isPossible: Bool = {
        guard let execution = try? Execution.start(script, ["can"]) else { return false }
        return execution.waitBlocking() == 0
    }()

    /// Whether hosts of namespaces can run containers with podman.
    package static let canContain: Bool =
        isPossible
        && ["podman", "runc"].allSatisfy { name in
            ["/usr/bin", "/usr/sbin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }

    /// Makes a fleet; whoever does ends it with `down()`. `withFleet` does both.
    package static func up(count: Int, loopback: Bool = false, containers: Bool = false) async throws -> Fleet {
        let name = "t" + String(getpid() % 1_600_000, radix: 36) + String(number.add(1, ordering: .relaxed).newValue, radix: 36)
        try await run(
            ["up", "\(count)", "--name", name, "--net", "auto"] + (loopback ? ["--loopback"] : []) + (containers ? ["--containers"] : []))
        return try Fleet(name: name, count: count)
    }

    private init(name: String, count: Int) throws {
        self.name = name
        self.count = count
        places = try String(contentsOfFile: "/tmp/muster-fleet-\(name)/inventory", encoding: .utf8).split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            precondition(words.count == 4, "an inventory's line is: name address port user")
            return Place(address: words[1], port: Int(words[2]) ?? 0, user: words[3])
        }
    }

    package func down() async throws { try await Fleet.run(["down", "--name", name]) }

    /// A power cut: every process of the host dies at once, and its network says nothing more.
    package func kill(_ host: Int) async throws { try await act("kill", host) }
    /// The host comes back from a power cut with its disk as it was.
    package func start(_ host: Int) async throws { try await act("start", host) }
    package func pause(_ host: Int) async throws { try await act("pause", host) }
    package func resume(_ host: Int) async throws { try await act("resume", host) }
    /// Nothing passes between the host and anybody until `heal`; no connection is told.
    package func cut(_ host: Int) async throws { try await act("cut", host) }
    package func heal(_ host: Int) async throws { try await act("heal", host) }

    /// Frames of the host take a while each way from here on, and some are lost.
    package func slow(_ host: Int, delay: Int, jitter: Int, loss: Int) async throws {
        try await Fleet.run(["slow", "--name", name, "\(host)", "\(delay)", "\(jitter)", "\(loss)"])
    }

    package func address(_ host: Int) -> String { places[host - 1].address }
    package func port(_ host: Int) -> Int { places[host - 1].port }
    /// The user without privileges on hosts of namespaces (`deploy`), the calling user on loopback hosts.
    package var user: String { places[0].user }

    package var folder: String { "/tmp/muster-fleet-\(name)" }
    package var keyPath: String { "\(folder)/keys/id_ed25519" }
    /// A key that no host lets in.
    package var strangerKeyPath: String { "\(folder)/keys/id_stranger" }
    package var knownHostsPath: String { "\(folder)/known_hosts" }
    /// For ssh(1): `ssh -F … h1`.
    package var sshConfigPath: String { "\(folder)/ssh_config" }

    /// Runs a line of shell as the host's root inside its namespaces, without SSH: also where it is cut off.
    package func execute(_ host: Int, _ line: String) async throws -> (status: Int32, output: String) {
        let result = try await Execution.run(Fleet.script, ["exec", "--name", name, "\(host)", "sh", "-c", line])
        return (result.status, result.output)
    }

    private static let script = Repository.path("scripts/fleet")

    private func act(_ verb: String, _ host: Int) async throws { try await Fleet.run([verb, "--name", name, "\(host)"]) }

    private static func run(_ arguments: [String]) async throws {
        let result = try await Execution.run(script, arguments, within: .seconds(300))
        guard result.status == 0 else { throw Failure(arguments: arguments, result: result) }
    }
}

/// Lends a fleet of `count` hosts to `body` and ends it afterwards, also where the body throws or the test is cancelled.
package func withFleet<T>(
    _ count: Int, loopback: Bool = false, containers: Bool = false, _ body: (Fleet) async throws -> T
) async throws -> T {
    let fleet = try await Fleet.up(count: count, loopback: loopback, containers: containers)
    let result: Result<T, any Error>
    do { result = .success(try await body(fleet)) } catch { result = .failure(error) }
    // Not a child of this task, so that a cancelled test does not leave its fleet standing; waited for right here.
    try await Task { try await fleet.down() }.value
    return try result.get()
}
