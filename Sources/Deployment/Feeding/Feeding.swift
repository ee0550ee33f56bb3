import Vocabulary

/// Has hosts of one run that have the agent hand it on to others, over the fleet's own network (`relay: auto`).
///
/// Hosts hand on only while launches are under way, and none is asked to before somebody needs it.
package actor Feeding: Neighbourhood {
    private var plan = FeedingPlan()
    /// Launches that have not ended.
    private var launches: Set<AgentID> = []
    private var waiting: [AgentID: CheckedContinuation<Neighbour?, Never>] = [:]
    private var holders: [AgentID: (agent: DeployedAgent, host: any Host)] = [:]
    private var doors: [AgentID: FeedingDoor] = [:]
    /// Grows with everything that happens.
    private var progress = 0
    /// When somebody was last told where the agent comes from.
    private var lastGiven = SystemClock.now
    private let patience: Duration

    /// `patience`: when nothing has got on for so long, or nobody's turn has come for six times as long, more hosts are sent the agent from
    /// here than have to be.
    package init(patience: Duration = .seconds(10)) { self.patience = patience }

    package func begins(_ agent: AgentID) { launches.insert(agent) }

    package func neighbour(for agent: AgentID) async -> Neighbour? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting[agent] = continuation
                plan.wants(agent)
                proceed()
                if Task.isCancelled { giveUpWaiting(agent) } else if waiting[agent] != nil { watchProgress() }
            }
        } onCancel: {
            // Ends at once; the handler cannot wait for it.
            Task { await self.giveUpWaiting(agent) }
        }
    }

    package func getsOn() { progress += 1 }

    package func handedOn(to agent: AgentID, failure: String?) {
        if failure == nil { plan.succeeded(agent) } else { plan.failed(agent) }
        proceed()
    }

    package func launched(_ agent: DeployedAgent, on host: any Host) async {
        holders[agent.agent] = (agent, host)
        plan.holds(agent.agent)
        await end(agent.agent)
    }

    package func gaveUp(_ agent: AgentID) async {
        plan.leaves(agent)
        await end(agent)
    }

    private func end(_ agent: AgentID) async {
        launches.remove(agent)
        proceed()
        guard launches.isEmpty else { return }
        for door in doors.values { await door.close() }
    }

    private func giveUpWaiting(_ agent: AgentID) {
        guard let continuation = waiting.removeValue(forKey: agent) else { return }
        plan.leaves(agent)
        continuation.resume(returning: nil)
        proceed()
    }

    private func proceed() {
        progress += 1
        for step in plan.next() {
            if case .give = step { lastGiven = SystemClock.now }
            switch step {
            case .give(let agent, .controller): waiting.removeValue(forKey: agent)?.resume(returning: nil)
            case .give(let agent, .host(let source)): waiting.removeValue(forKey: agent)?.resume(returning: doors[source]?.neighbour)
            // Ends with the door, which its host closes after a while if we do not.
            case .open(let agent): Task { await self.keepOpen(agent) }
            }
        }
    }

    private func keepOpen(_ agent: AgentID) async {
        guard let holder = holders[agent] else { return plan.closed(agent, forGood: true) }
        do {
            let door = try await FeedingDoor(holder.agent, on: holder.host)
            doors[agent] = door
            plan.opened(agent)
            proceed()
            if launches.isEmpty { await door.close() }
            await door.waitUntilClosed()
            doors[agent] = nil
            plan.closed(agent, forGood: false)
        } catch {
            plan.closed(agent, forGood: true)
        }
        proceed()
    }

    /// Looks once, after a while, whether anything has happened.
    private func watchProgress() {
        let (seen, patience) = (progress, patience)
        // Ends by itself.
        Task {
            try? await Task.sleep(for: patience)
            self.lookAgain(since: seen)
        }
    }

    private func lookAgain(since seen: Int) {
        guard plan.isAnybodyWaiting else { return }
        if progress == seen || SystemClock.now - lastGiven > patience * 6 {
            plan.stalls()
            proceed()
        }
        if plan.isAnybodyWaiting { watchProgress() }
    }
}
