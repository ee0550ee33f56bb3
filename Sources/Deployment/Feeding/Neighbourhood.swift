import Vocabulary

/// Finds a host that has the agent for one that has not, so that it need not be sent from here.
package protocol Neighbourhood: Sendable {
    /// A launch begins; it ends with one of the last two.
    func begins(_ agent: AgentID) async
    /// Who hands the agent on to a host that has not got it; nil: it is to be sent from here. May wait for others to have it, but never
    /// for one that does not get on. One answer a launch.
    func neighbour(for agent: AgentID) async -> Neighbour?
    /// A piece of the agent has gone out to some host.
    func getsOn() async
    /// What came of the neighbour: nil, or why its host has not got the agent.
    func handedOn(to agent: AgentID, failure: String?) async
    /// It runs: its host has the agent and may hand it on, as long as `host` is open.
    func launched(_ agent: DeployedAgent, on host: any Host) async
    /// Its launch was refused, broke off or was called off.
    func gaveUp(_ agent: AgentID) async
}

/// A host that hands the agent on to those who know a token.
package struct Neighbour: Sendable, Equatable {
    package var agent: AgentID
    /// In numbers, as the host knows itself.
    package var address: String
    package var port: Int
    package var token: Secret

    package init(agent: AgentID, address: String, port: Int, token: Secret) {
        self.agent = agent
        self.address = address
        self.port = port
        self.token = token
    }
}
