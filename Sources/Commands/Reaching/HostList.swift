import ArgumentParser
import Plans
import Vocabulary

/// `user@host:port, …` with ranges, as `--hosts` takes it.
struct HostList {
    /// In the order given, each once.
    let reaches: [Reach]

    init(_ text: String) throws {
        var found: [Reach] = []
        for part in AgentAddress.separated(text) {
            for address in try Self.expand(part) {
                let reach = Self.reach(of: address)
                if !found.contains(reach) { found.append(reach) }
            }
        }
        guard !found.isEmpty else { throw ValidationError("--hosts names no host") }
        reaches = found
    }

    private static func expand(_ text: String) throws -> [AgentAddress] {
        do throws(AddressError) {
            return try AgentAddress.expand(text)
        } catch {
            throw ValidationError("--hosts: \(error.what)" + (error.fix.map { "; \($0)" } ?? ""))
        }
    }

    private static func reach(of address: AgentAddress) -> Reach {
        switch address {
        case .local: .local
        case .host(let host, let user, let port): .ssh(SSHDestination(host: host, port: port, user: user))
        }
    }
}
