import Deployment
import Plans
import SSH
import Vocabulary

/// Looks at one host: how long a login takes, what its sshd is and lets us do, and what a run needs.
struct HostExamination: Sendable {
    struct Finding: Sendable {
        var login: String
        var server: String
        var facts: HostEquipment
        var remarks: [String]
    }

    let client: SSHClient
    let directions: Directions

    func examine(_ reach: Reach) async throws -> Finding {
        let deployer = Deployer(bundle: nil)
        guard case .ssh(let destination) = reach else {
            let facts = try await deployer.facts(of: LocalHost())
            return Finding(login: "-", server: "-", facts: facts, remarks: FactCells.remarks(on: facts))
        }
        let begun = SystemClock.now
        let host = try await SSHHost(destination, client: client, directions: directions)
        let took = SystemClock.now - begun
        do {
            let facts = try await deployer.facts(of: host)
            let remarks = FactCells.remarks(on: facts) + (await Self.limits(of: host))
            await host.close()
            return Finding(
                login: "\(fixed(took.inSeconds * 1000, decimals: 0)) ms", server: Self.server(host.greeting), facts: facts, remarks: remarks
            )
        } catch {
            await host.close()
            throw error
        }
    }

    /// `SSH-2.0-OpenSSH_9.2p1 Debian-2` without what all have.
    private static func server(_ greeting: String) -> String {
        String(greeting.replacing("SSH-2.0-", with: "").prefix { !$0.isWhitespace })
    }

    /// What its sshd does not let us do that a run would like to.
    private static func limits(of host: SSHHost) async -> [String] {
        // Whether unix sockets are forwarded cannot be asked: sshd refuses with the same words where nobody listens.
        if await host.runsSeveralCommands() == false {
            return ["its sshd runs one command at a time on a connection, so that a run needs several\n  fix: raise MaxSessions there"]
        }
        return []
    }
}
