import Vocabulary

/// How one launch comes by the agent from a neighbour, as far as there is one.
struct Handing: Sendable {
    let neighbours: (any Neighbourhood)?
    let agent: AgentID
    let bundle: AgentBundle
    private var asked: Neighbour?
    /// Who has handed it on.
    private(set) var source: AgentID?
    /// Who has not.
    private(set) var warnings: [String] = []

    init(neighbours: (any Neighbourhood)?, agent: AgentID, bundle: AgentBundle) {
        self.neighbours = neighbours
        self.agent = agent
        self.bundle = bundle
    }

    /// The line that the host is answered: whom to ask, or that it is sent the agent from here.
    mutating func answer() async throws(DeploymentError) -> [UInt8] {
        // Nobody is to be taken for stuck while it is only being packed here.
        _ = try await bundle.gzipped()
        asked = await neighbours?.neighbour(for: agent)
        guard let asked else { return Array("-\n".utf8) }
        return Array("\(asked.address) \(asked.port) \(asked.token.revealed)\n".utf8)
    }

    /// `failure` nil: it has the agent.
    mutating func end(_ failure: String?) async {
        if let failure {
            warnings.append("the agent was sent from here, since \(asked?.agent.text ?? "nobody") could not hand it on: \(failure)")
        } else {
            source = asked?.agent
        }
        await neighbours?.handedOn(to: agent, failure: failure)
    }
}
