import Vocabulary

/// Who brings the agent to whom: a tree that grows from few hosts that are sent it from here, since each that has it hands it on.
///
/// A value, without time or I/O. Whatever becomes of a host, nobody waits for it for ever: a host that was let down by a neighbour is sent
/// the agent from here, and so is everybody once neighbours turn out not to reach each other, or while nothing gets on.
struct FeedingPlan: Sendable {
    enum Source: Hashable {
        case controller
        case host(AgentID)
    }

    enum Step: Equatable {
        case give(AgentID, Source)
        /// Have it wait for others; `opened` or `closed` is to follow.
        case open(AgentID)
    }

    /// Sent from here before the first neighbour is waited for; two, since one might be slow.
    static let seeds = 2
    /// So many a host hands it on to at a time, once it has done so to the first.
    static let slots = 3
    /// Failures of so many that hand it on, without one success anywhere, show that hosts do not reach each other.
    static let doubts = 2

    private struct Holder {
        enum State { case idle, opening, open, closed }
        var agent: AgentID
        var state = State.idle
        var busy = 0
        var failures = 0
        var successes = 0

        var isOfUse: Bool { state != .closed }
        var free: Int { isOfUse ? (successes == 0 ? 1 : slots) - busy : 0 }
    }

    private var waiting: [AgentID] = []
    /// Those that are being brought it.
    private var underWay: [AgentID: Source] = [:]
    private var holders: [Holder] = []
    private var sentFromHere = 0
    private var allowance = seeds
    private var successes = 0

    var isAnybodyWaiting: Bool { !waiting.isEmpty }
    private var isHopeless: Bool { successes == 0 && holders.count { $0.failures > 0 } >= Self.doubts }

    mutating func wants(_ agent: AgentID) { waiting.append(agent) }

    /// It has the agent.
    mutating func holds(_ agent: AgentID) {
        leaves(agent)
        holders.removeAll { $0.agent == agent }
        holders.append(Holder(agent: agent))
    }

    mutating func opened(_ agent: AgentID) { change(agent) { if $0.state == .opening { $0.state = .open } } }

    /// It hands nothing on any more; `forGood`: and never will.
    mutating func closed(_ agent: AgentID, forGood: Bool) { change(agent) { if $0.isOfUse { $0.state = forGood ? .closed : .idle } } }

    /// A neighbour has handed it on to `agent`.
    mutating func succeeded(_ agent: AgentID) {
        guard case .host(let source)? = underWay[agent] else { return }
        successes += 1
        underWay[agent] = nil
        change(source) {
            $0.busy -= 1
            $0.successes += 1
        }
    }

    /// A neighbour has not; it is sent it from here now.
    mutating func failed(_ agent: AgentID) {
        guard case .host(let source)? = underWay[agent] else { return }
        sentFromHere += 1
        underWay[agent] = .controller
        change(source) {
            $0.busy -= 1
            $0.failures += 1
            if $0.failures > $0.successes { $0.state = .closed }
        }
    }

    /// It needs nothing any more.
    mutating func leaves(_ agent: AgentID) {
        waiting.removeAll { $0 == agent }
        switch underWay.removeValue(forKey: agent) {
        case .host(let source)?: change(source) { $0.busy -= 1 }
        case .controller?, nil: break
        }
    }

    /// Nothing has got on for a while: twice as many are sent it from here.
    mutating func stalls() { allowance = sentFromHere + max(Self.seeds, sentFromHere) }

    /// What is to be done now.
    mutating func next() -> [Step] {
        var steps: [Step] = []
        while let agent = waiting.first, let source = source() {
            waiting.removeFirst()
            underWay[agent] = source
            steps.append(.give(agent, source))
        }
        return steps + openings()
    }

    private mutating func source() -> Source? {
        if !isHopeless, let index = holders.indices.filter({ holders[$0].state == .open && holders[$0].free > 0 }).min(by: isFreer) {
            holders[index].busy += 1
            return .host(holders[index].agent)
        }
        let hopes = !underWay.isEmpty || holders.contains(where: \.isOfUse)
        if !hopes { allowance = max(allowance, sentFromHere + Self.seeds) }
        guard isHopeless || sentFromHere < allowance else { return nil }
        sentFromHere += 1
        return .controller
    }

    private func isFreer(_ a: Int, _ b: Int) -> Bool { holders[a].busy < holders[b].busy }

    /// As many as those need who wait.
    private mutating func openings() -> [Step] {
        guard !isHopeless else { return [] }
        var free = holders.filter { $0.state == .opening || $0.state == .open }.reduce(0) { $0 + $1.free }
        var steps: [Step] = []
        for index in holders.indices where holders[index].state == .idle && free < waiting.count {
            holders[index].state = .opening
            free += holders[index].free
            steps.append(.open(holders[index].agent))
        }
        return steps
    }

    private mutating func change(_ agent: AgentID, _ body: (inout Holder) -> Void) {
        if let index = holders.firstIndex(where: { $0.agent == agent }) { body(&holders[index]) }
    }
}
