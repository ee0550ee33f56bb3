import Plans
import Vocabulary

extension Planner {
    /// Warns of settings that cannot take effect as agents are started in this playbook.
    func checkDeployment() {
        guard let distributed = playbook.distributed else { return }
        let overSSH = distributed.ssh?.enabled == true
        let hosts = distributed.agents.filter { $0.address?.value != .local }
        let byHand = !overSSH && hosts.contains { $0.address != nil }
        if let ssh = distributed.ssh, !overSSH, byHand, !ssh.cursor.hasKey("enabled") {
            ssh.cursor.warn("is not enabled: the agents must be listening already", fix: "enabled: true")
        }
        if let deployment = distributed.deployment, !overSSH, byHand || (hosts.isEmpty && !deployment.holdsOnThisMachine) {
            let why = byHand ? "the agents are started by hand" : "every agent is a process of this machine"
            deployment.cursor.warn("has no effect without ssh: \(why)", fix: "ssh: {enabled: true}")
        }
        if overSSH, let binary = distributed.deployment?.binaryPath {
            binary.at.warn("has no effect: muster brings its own agent along, and pushes it where it is not cached", fix: "leave it out")
        }
        if distributed.deployment?.container == nil {
            for at in distributed.agents.flatMap({ [$0.volumes?.at, $0.ports?.at] }) {
                at?.warn("has no effect without containers", fix: "leave it out")
            }
        }
        checkChannel(distributed, overSSH: overSSH, byHand: byHand)
    }

    private func checkChannel(_ distributed: DistributedSection, overSSH: Bool, byHand: Bool) {
        if let channel = distributed.returnChannel {
            if channel.value == .listen, overSSH {
                channel.at.fail(
                    "listen is for agents started by hand, and ssh is enabled", fix: "tunnel or direct; or ssh: {enabled: false}")
            } else if channel.value != .listen, byHand {
                channel.at.warn("has no effect without ssh: agents started by hand listen", fix: "leave it out")
            }
        }
        if let advertise = distributed.advertise, distributed.returnChannel?.value != .direct {
            advertise.at.warn("has no effect without return_channel: direct", fix: "leave it out")
        }
        if byHand, distributed.secretFile == nil, !distributed.insecure {
            distributed.cursor.warn(
                "agents started by hand want a secret in common, or nobody could tell them from strangers",
                fix:
                    "secret_file: a file that muster-agent --secret-file is given as well; or insecure: true here and muster-agent --insecure. Or ssh: {enabled: true}, and they are started for you"
            )
        }
    }
}
