/// What a supervisor does when: a value, without time or I/O. Times are nanoseconds of CLOCK_BOOTTIME.
struct SupervisionRules: Sendable, Equatable {
    /// Why the agent came to its end.
    enum Reason: String, Sendable {
        /// By itself.
        case ended
        /// The supervisor was told to end it.
        case stopped
        /// Its lease was over.
        case lease
    }

    enum Action: Equatable {
        /// Ask the agent to end.
        case terminateAgent
        /// Kill everything that descends from the supervisor.
        case killAll
    }

    /// From the lease's end to the first signal: the agent, which knows the lease itself, is to be first.
    static let leaseGrace: Int64 = 5_000_000_000
    /// From asking to killing.
    static let patience: Int64 = 3_000_000_000

    private(set) var reason = Reason.ended
    private var askedAt: Int64?
    private var agentHasEnded = false
    private var leaseDeadline: Int64
    /// Expired when last read.
    private var suspect: Int64?

    init(leaseDeadline: Int64) { self.leaseDeadline = leaseDeadline }

    /// Somebody wants the agent to end.
    mutating func stop(at now: Int64) -> [Action] { ask(for: .stopped, at: now) }

    /// What the lease file says now; nil (unreadable) leaves the last word standing.
    mutating func lease(read deadline: Int64?, at now: Int64) -> [Action] {
        if let deadline { leaseDeadline = deadline }
        guard now > leaseDeadline.addingReportingOverflow(Self.leaseGrace).partialValue else {
            suspect = nil
            return []
        }
        guard suspect == leaseDeadline else {
            suspect = leaseDeadline
            return []
        }
        return ask(for: .lease, at: now)
    }

    mutating func agentEnded() -> [Action] {
        agentHasEnded = true
        return [.killAll]
    }

    /// Due at `now`; to be called at least once a second, and often while `isEnding`.
    func tick(at now: Int64) -> [Action] {
        if agentHasEnded { return [.killAll] }
        if let askedAt, now >= askedAt + Self.patience { return [.killAll] }
        return []
    }

    /// Something is being killed: look often.
    var isEnding: Bool { askedAt != nil || agentHasEnded }

    private mutating func ask(for reason: Reason, at now: Int64) -> [Action] {
        guard askedAt == nil, !agentHasEnded else { return [] }
        self.reason = reason
        askedAt = now
        return [.terminateAgent]
    }
}
