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
        var remarks: [String] = []
        do throws(DeploymentError) {
            _ = try await host.openUnixSocket("/nonexistent/muster")
        } catch .ssh(_, .channelRefused(_, _, let why)) where why.contains("prohibited") {
            remarks.append(
                "its sshd forwards no unix sockets, so links go through a command there\n  fix: AllowStreamLocalForwarding yes, for long runs with many agents a host"
            )
        } catch {}
        async let first = host.execute("sleep 1", input: [], deadline: .seconds(30))
        let second = try? await host.execute("true", input: [], deadline: .seconds(30))
        _ = try? await first
        if second == nil { remarks.append("its sshd runs one command at a time on a connection\n  fix: raise MaxSessions there") }
        return remarks
    }
}
