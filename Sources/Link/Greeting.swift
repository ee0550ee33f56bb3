import Vocabulary

/// The first frame each way: who speaks and how far it has heard the other end.
///
/// Who dialled greets first; the other end answers with a greeting of its own (welcome) or a refusal. Both prove that they
/// know the agent's token of this run.
package struct Greeting: Sendable, Equatable {
    package var version: UInt32
    /// Which build speaks: for the record, never judged (a playbook's plan is, when it is decoded).
    package var build: String
    /// As sent: judged by `LinkIdentity.judge`.
    package var run: String
    package var agent: String
    package var token: Secret
    /// Number of the last message that was taken in order; 0: none.
    package var lastReceived: UInt64
    /// The controller that speaks, or that the agent follows: the run's first is 1, each that takes it up is one more. 0: none yet.
    package var controller: UInt64

    package init(
        version: UInt32 = LinkProtocol.version, build: String, run: String, agent: String, token: Secret, lastReceived: UInt64,
        controller: UInt64 = 1
    ) {
        self.version = version
        self.build = build
        self.run = run
        self.agent = agent
        self.token = token
        self.lastReceived = lastReceived
        self.controller = controller
    }
}

package enum LinkProtocol {
    /// Raised when a frame's meaning changes; both ends must speak the same.
    package static let version: UInt32 = 4
}

/// Whose link it is: one agent of one run, and the token that both its ends know.
package struct LinkIdentity: Sendable, Equatable {
    package let run: RunID
    package let agent: AgentID
    package let token: Secret

    package init(run: RunID, agent: AgentID, token: Secret) {
        self.run = run
        self.agent = agent
        self.token = token
    }

    /// What a greeting claims, where its names can be names at all; nil: they cannot.
    package init?(claimedBy greeting: Greeting) {
        guard let run = RunID(greeting.run), let agent = AgentID(greeting.agent), !greeting.token.revealed.isEmpty else { return nil }
        self.init(run: run, agent: agent, token: greeting.token)
    }

    package func greeting(build: String, lastReceived: UInt64, controller: UInt64 = 1) -> Greeting {
        Greeting(build: build, run: run.text, agent: agent.text, token: token, lastReceived: lastReceived, controller: controller)
    }

    /// nil where the greeting comes from this link's other end.
    ///
    /// The token is judged last and in constant time.
    package func judge(_ greeting: Greeting) -> Unwelcome? {
        guard greeting.version == LinkProtocol.version else {
            return .version(theirs: greeting.version, ours: LinkProtocol.version)
        }
        guard greeting.run == run.text else { return .run(theirs: greeting.run, ours: run) }
        guard greeting.agent == agent.text else { return .agent(theirs: greeting.agent, ours: agent) }
        return isSame(greeting.token, token) ? nil : .token
    }
}

/// Compares two secrets in a time that depends on their lengths alone.
private func isSame(_ a: Secret, _ b: Secret) -> Bool {
    let left = Array(a.revealed.utf8)
    let right = Array(b.revealed.utf8)
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
