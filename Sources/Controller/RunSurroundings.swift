import Carriers
import Digests
import Deployment
import Link
import Plans
import Vocabulary

/// What all agents of a run share.
package struct RunSurroundings: Sendable {
    package var run: RunID
    package var policy: RunPolicy
    package var connector: any HostConnector
    /// nil where every agent was started by hand.
    package var bundle: AgentBundle?
    /// nil: agents are processes of their hosts. An agent on this machine always is one.
    package var container: ContainerPlan?
    /// What is pushed to every host beside the agent.
    package var packages: [FilePackage] = []
    /// Of every agent that the controller starts.
    package var limits = ProcessLimits()
    /// Hosts behind SSH that hand the agent on to each other; nil: every one is sent it from here.
    package var neighbours: (any Neighbourhood)?
    /// Where agents dial with `return_channel: direct`; nil: the tunnel.
    package var direct: DirectDoor?
    /// The shared secret of agents started by hand; nil: `insecure`.
    package var listenSecret: Secret?
    /// What the agents' tokens are made from; the controller that takes a run up has it from the one before.
    package var key: Secret

    package init(run: RunID, policy: RunPolicy, connector: any HostConnector, key: Secret = LinkSecret.makeToken()) {
        self.key = key
        self.run = run
        self.policy = policy
        self.connector = connector
    }

    /// From the login to the agent's start, all uploads included: a host is sent more than 1 MiB a second, or it is too slow.
    var deployDeadline: Duration { .seconds(300 + packages.reduce(0) { $0 + $1.size } / (1 << 20)) }

    var linkRules: LinkRules {
        var rules = LinkRules()
        rules.keepAliveInterval = policy.keepAliveInterval
        rules.keepAliveTimeout = policy.keepAliveTimeout
        return rules
    }

    /// What the two ends of an agent's link prove to each other that they know.
    func token(for agent: AgentPlan) -> Secret {
        if case .listen = agent.reach { return listenSecret ?? Secret(Self.noSecret) }
        return Secret(hexadecimal(hmacSHA256(key: Array(key.revealed.utf8), Array("\(run) \(agent.id)".utf8))))
    }

    /// Stands in the greeting to an agent that somebody started with `--insecure`: it asks for none.
    private static let noSecret = "insecure"

    func deployer() throws -> Deployer {
        guard let bundle else { throw LinkError.unreachable("this run has no agent executable to deploy") }
        return Deployer(bundle: bundle)
    }
}
