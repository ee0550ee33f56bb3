import ArgumentParser
import Deployment
import Plans
import SSH
import Vocabulary

/// The same on all hosts at once: what it came to on each, and what went wrong, folded.
struct FleetVisit {
    let client: SSHClient
    let directions: Directions
    let reaches: [Reach]

    init(_ arguments: HostArguments) throws { try self.init(arguments.options) }

    init(_ options: HostOptions) throws {
        reaches = try options.reaches()
        client = options.ssh.client
        directions = options.ssh.directions
    }

    init(client: SSHClient, directions: Directions, reaches: [Reach]) {
        self.client = client
        self.directions = directions
        self.reaches = reaches
    }

    /// The same for some of the hosts.
    init(_ other: FleetVisit, only reaches: [Reach]) {
        client = other.client
        directions = other.directions
        self.reaches = reaches
    }

    /// Prints each host's lines, in the order in which the hosts were given, then the errors; exit code 4 where there is one.
    func printLines(
        nothing: (HostName) -> String, _ body: @escaping @Sendable (Deployer, any Host) async throws -> [String]
    ) async throws {
        await Introductions(client: client, directions: directions).make(to: reaches)
        let connector = FleetConnector(client: client, directions: directions)
        let deployer = Deployer(bundle: nil)
        let results = await each { reach in
            let host = try await connector.connect(to: reach)
            do {
                let lines = try await body(deployer, host)
                await host.close()
                return lines
            } catch {
                await host.close()
                throw error
            }
        }
        await client.shutdown()
        var errors = FoldedErrors()
        for (reach, result) in zip(reaches, results) {
            switch result {
            case .success(let lines): (lines.isEmpty ? [nothing(reach.hostName)] : lines).forEach(Console.output)
            case .failure(let error): errors.add("\(error)", host: reach.hostName)
            }
        }
        errors.lines.forEach(Console.error)
        if !errors.lines.isEmpty { throw ExitCode(ExitStatus.hostsUnreachable) }
    }

    /// What `body` comes to for each host, in the hosts' order; at most `jobs` at a time.
    func each<T: Sendable>(
        jobs: Int = .max, _ body: @escaping @Sendable (Reach) async throws -> T
    ) async -> [Result<T, any Error>] {
        await withTaskGroup(of: (Int, Result<T, any Error>).self) { group in
            var rest = Array(reaches.enumerated())[...]
            let startNext = { (group: inout TaskGroup<(Int, Result<T, any Error>)>) in
                guard let (index, reach) = rest.popFirst() else { return }
                group.addTask {
                    do { return (index, .success(try await body(reach))) } catch { return (index, .failure(error)) }
                }
            }
            for _ in 0..<min(jobs, reaches.count) { startNext(&group) }
            var found: [Int: Result<T, any Error>] = [:]
            for await (index, result) in group {
                found[index] = result
                startNext(&group)
            }
            return reaches.indices.map { index in
                guard let result = found[index] else { preconditionFailure("every host has a result") }
                return result
            }
        }
    }
}
