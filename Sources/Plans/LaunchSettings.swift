import Vocabulary

/// What an agent is told before it can be told anything over the link: written to `launch.json` (0600) in its run directory.
///
/// It holds secrets (the token, values of the environment): it prints without them and never stands in an argument list.
package struct LaunchSettings: Codable, Sendable, Equatable, CustomStringConvertible {
    package enum ReturnChannel: Codable, Sendable, Equatable {
        /// The agent listens on `link.sock` in its run directory.
        case tunnel
        /// The agent dials the controller.
        case direct(host: String, port: Int)
    }

    package var run: RunID
    package var agent: AgentID
    /// What both sides of the link prove to know.
    package var token: Secret
    /// Silence of the controller after which the agent's supervisor ends it.
    package var lease: Duration
    /// Environment of the agent and of everything that it starts, on top of a minimal one; no NUL, and no `=` in a name.
    package var environment: [String: String]
    package var returnChannel: ReturnChannel
    package var limits: ProcessLimits
    /// A level of swift-log by name.
    package var logLevel: String

    package init(
        run: RunID, agent: AgentID, token: Secret, lease: Duration, environment: [String: String] = [:],
        returnChannel: ReturnChannel = .tunnel, limits: ProcessLimits = ProcessLimits(), logLevel: String = "info"
    ) {
        self.run = run
        self.agent = agent
        self.token = token
        self.lease = lease
        self.environment = environment
        self.returnChannel = returnChannel
        self.limits = limits
        self.logLevel = logLevel
    }

    package var description: String { "launch settings of \(agent) in \(run)" }

    private enum CodingKeys: String, CodingKey { case run, agent, token, lease, environment, returnChannel, limits, logLevel }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        run = try values.decode(RunID.self, forKey: .run)
        agent = try values.decode(AgentID.self, forKey: .agent)
        token = Secret(try values.decode(String.self, forKey: .token))
        lease = .nanoseconds(try values.decode(Int64.self, forKey: .lease))
        environment = try values.decode([String: String].self, forKey: .environment)
        returnChannel = try values.decode(ReturnChannel.self, forKey: .returnChannel)
        limits = try values.decodeIfPresent(ProcessLimits.self, forKey: .limits) ?? ProcessLimits()
        logLevel = try values.decode(String.self, forKey: .logLevel)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(run, forKey: .run)
        try values.encode(agent, forKey: .agent)
        try values.encode(token.revealed, forKey: .token)
        try values.encode(lease.wholeNanoseconds, forKey: .lease)
        try values.encode(environment, forKey: .environment)
        try values.encode(returnChannel, forKey: .returnChannel)
        try values.encode(limits, forKey: .limits)
        try values.encode(logLevel, forKey: .logLevel)
    }
}
