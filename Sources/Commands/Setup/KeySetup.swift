import Deployment
import Plans
import SSH
import Vocabulary

/// Brings all hosts to the state that is aimed at: the key let in, or not, and seen to be so.
struct KeySetup {
    enum Aim { case install, test, revoke }

    /// What was found or done on a host.
    enum Outcome: String {
        case wasIn = "was in"
        case added
        case removed
        case wasNotIn = "was not in"
    }

    typealias Result = Swift.Result<(Outcome, HostEquipment?), any Error>

    let visit: FleetVisit
    let pair: KeyPair
    let aim: Aim
    let jobs: Int
    /// Asks once for the password of the hosts that are named.
    let password: (String) -> Secret?

    /// What came of each host, in their order.
    func perform() async -> [Result] {
        let steps = Steps(visit: visit, pair: pair, aim: aim)
        var results = await visit.each(jobs: jobs) { reach in try await steps.reach(reach, password: nil) }
        let locked = results.indices.filter { index in
            if case .failure(let error as DeploymentError) = results[index] { error.asksForPassword } else { false }
        }
        guard !locked.isEmpty, let word = password(folded(locked.map { name(of: visit.reaches[$0]) })) else { return results }
        let rest = FleetVisit(visit, only: locked.map { visit.reaches[$0] })
        let again = await rest.each(jobs: jobs) { reach in try await steps.reach(reach, password: word) }
        for (index, result) in zip(locked, again) { results[index] = result }
        return results
    }

    private func name(of reach: Reach) -> String {
        guard case .ssh(let destination) = reach else { return "local" }
        return (destination.user.map { "\($0)@" } ?? "") + destination.host.text
    }
}

/// What is done on one host.
private struct Steps: Sendable {
    let visit: FleetVisit
    let pair: KeyPair
    let aim: KeySetup.Aim
    private let deployer = Deployer(bundle: nil)

    init(visit: FleetVisit, pair: KeyPair, aim: KeySetup.Aim) {
        self.visit = visit
        self.pair = pair
        self.aim = aim
    }

    func reach(_ reach: Reach, password: Secret?) async throws -> (KeySetup.Outcome, HostEquipment?) {
        guard case .ssh(let destination) = reach else {
            throw DeploymentError.unreachable(
                host: reach.hostName, what: "cannot let a key in", why: "it is this machine", fix: "leave it out")
        }
        let target: SSHTarget
        do throws(SSHError) { target = try await visit.directions.target(of: destination) } catch {
            throw DeploymentError.ssh(host: destination.host, error)
        }
        return switch aim {
        case .test: try await (.wasIn, facts(with: logIn(keyAlone(target))))
        case .install: try await install(target, password)
        case .revoke: try await revoke(target)
        }
    }

    private func install(_ target: SSHTarget, _ password: Secret?) async throws -> (KeySetup.Outcome, HostEquipment?) {
        if let host = try await lettingIn(keyAlone(target)) { return (.wasIn, try await facts(with: host)) }
        let host = try await logIn(byOtherMeans(target, password))
        do {
            _ = try await deployer.addKey(line: pair.line, encodedKey: pair.encodedKey, on: host)
            await host.close()
        } catch {
            await host.close()
            throw error
        }
        return (.added, try await facts(with: logIn(keyAlone(target))))
    }

    private func revoke(_ target: SSHTarget) async throws -> (KeySetup.Outcome, HostEquipment?) {
        guard let host = try await lettingIn(keyAlone(target)) else { return (.wasNotIn, nil) }
        do {
            _ = try await deployer.removeKey(encodedKey: pair.encodedKey, on: host)
            await host.close()
        } catch {
            await host.close()
            throw error
        }
        if let host = try await lettingIn(keyAlone(target)) {
            await host.close()
            throw DeploymentError.unreachable(
                host: target.host, what: "cannot take the key off",
                why: "its sshd lets the key in by other means than ~/.ssh/authorized_keys",
                fix: "look at AuthorizedKeysFile and AuthorizedKeysCommand: sshd -T")
        }
        return (.removed, nil)
    }

    private func facts(with host: SSHHost) async throws -> HostEquipment {
        do {
            let facts = try await deployer.facts(of: host)
            await host.close()
            return facts
        } catch {
            await host.close()
            throw error
        }
    }

    private func logIn(_ target: SSHTarget) async throws(DeploymentError) -> SSHHost { try await SSHHost(target, client: visit.client) }

    /// nil where the host refuses all that is offered.
    private func lettingIn(_ target: SSHTarget) async throws(DeploymentError) -> SSHHost? {
        do throws(DeploymentError) {
            return try await logIn(target)
        } catch .ssh(_, .loginRefused) {
            return nil
        }
    }

    private func keyAlone(_ target: SSHTarget) -> SSHTarget {
        var target = target
        target.keyPaths = [pair.path]
        target.useAgent = false
        return target
    }

    /// With a password by that alone: keys would use the host's patience up.
    private func byOtherMeans(_ target: SSHTarget, _ password: Secret?) -> SSHTarget {
        var target = target
        target.password = password
        target.keyPaths.removeAll { $0 == pair.path }
        target.offersKeys = password == nil
        if password != nil { target.useAgent = false }
        return target
    }
}

extension DeploymentError {
    /// The host lets nobody in without one.
    fileprivate var asksForPassword: Bool {
        guard case .ssh(_, .loginRefused(let refusal)) = self else { return false }
        return refusal.offers.contains("password") || refusal.offers.contains("keyboard-interactive")
    }
}
