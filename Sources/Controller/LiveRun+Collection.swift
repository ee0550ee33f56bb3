import Coordination
import Deployment
import Link
import Plans
import Results
import Vocabulary

/// How an agent's results are coming home.
struct CollectionState: Sendable {
    var way: Collected.Way
    /// What was asked for over the link; what comes before the agent begins with it is an earlier pass's rest.
    var pass: UInt64 = 0
    var hasBegun = true
    var deadline: Moment
    var task: Task<Void, Never>?
    /// When something of them last came, or was asked for.
    var movedAt = SystemClock.now
}

// Bringing results home, and taking agents off their hosts.
extension LiveRun {
    /// Over the link while the agent is there to send; from its host where it is not.
    func collect(_ agent: AgentID, by deadline: Moment, _ group: inout DiscardingTaskGroup) async {
        if canSendSoon(agent) {
            let tell = tell
            group.addTask {
                try? await Task.sleep(for: .milliseconds(200))
                tell.yield(.collectLater(agent, by: deadline))
            }
            return
        }
        do {
            if receivers[agent] == nil { receivers[agent] = try await receiver(for: agent) }
        } catch {
            tell.yield(.collected(agent, complete: false, why: "\(error)"))
            return
        }
        receivers[agent]?.restart()
        if let session = sessions[agent], canSend(agent) {
            passes += 1
            // No other controller of this run has numbers like these.
            let pass = UInt64(number) << 32 | passes
            collecting[agent] = CollectionState(way: .link, pass: pass, hasBegun: false, deadline: deadline)
            giveUp(on: agent, at: deadline, &group)
            await session.send(.collect(pass: pass, held: receivers[agent]?.held ?? []))
        } else {
            collectRemains(of: agent, by: deadline, &group)
        }
    }

    /// One that goes on with what an earlier controller took in.
    private func receiver(for agent: AgentID) async throws -> ResultReceiver {
        let intake = try folder.intake(for: agent)
        guard takenUp != nil else { return ResultReceiver(intake: intake) }
        let path = folder.agentPath(agent)
        return ResultReceiver(intake: intake, goingOnWith: await onThread { ResultReceiver.partsOnDisk(path) })
    }

    /// Whether the agent is there to send its results itself.
    func canSend(_ agent: AgentID) -> Bool {
        guard let known = record.agent(agent) else { return false }
        return known.isLinked && known.presence != .gone
    }

    /// Whether its link is being made again after the run was taken up.
    private func canSendSoon(_ agent: AgentID) -> Bool {
        guard takenUp != nil, !canSend(agent), record.agent(agent)?.presence != .gone, machine.member(agent)?.isGone == false else {
            return false
        }
        return SystemClock.now - beganAt < Self.relinkGrace
    }

    /// So long after a takeover an agent's link is waited for before its results are fetched over SSH.
    private static let relinkGrace = Duration.seconds(10)

    /// The link went down while results were coming over it: what was under way comes again where it is back soon.
    func waitForLink(of agent: AgentID, _ group: inout DiscardingTaskGroup) {
        guard let state = collecting[agent], state.way == .link else { return }
        let tell = tell
        group.addTask {
            try? await Task.sleep(for: Self.relinkGrace)
            tell.yield(.fetchResults(agent, pass: state.pass))
        }
    }

    func fetchResults(of agent: AgentID, pass: UInt64, _ group: inout DiscardingTaskGroup) {
        if collecting[agent]?.pass == pass, !canSend(agent) { collectAnotherWay(agent, &group) }
    }

    /// The agent is gone, or its link does not come back, while its results were coming over it.
    func collectAnotherWay(_ agent: AgentID, _ group: inout DiscardingTaskGroup) {
        guard let state = collecting[agent], state.way == .link else { return }
        collectRemains(of: agent, by: state.deadline, &group)
    }

    private func collectRemains(of agent: AgentID, by deadline: Moment, _ group: inout DiscardingTaskGroup) {
        guard let session = sessions[agent] else { return }
        let tell = tell
        // Waited for by `collected`, and cancelled by it.
        let task = Task {
            let begun = SystemClock.now
            while true {
                let held = self.beginSending(agent)
                do {
                    // Taken in before the next is asked for: what is left may be far more than memory holds.
                    try await session.collectRemains(held: held) { await self.take(remains: $0, of: agent) }
                    // Told when the command on the host has ended, not before: nothing of ours is to be left there.
                    return self.tellCollected(agent)
                } catch {
                    // Where something had come it is followed by another, which goes on behind that; `giveUpOnStalled` ends these.
                    guard !Task.isCancelled, self.collecting[agent]?.movedAt ?? .zero > begun else {
                        tell.yield(.collected(agent, complete: false, why: "\(error)"))
                        return
                    }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
        collecting[agent] = CollectionState(way: .ssh, deadline: deadline, task: task)
        giveUp(on: agent, at: deadline, &group)
    }

    private func beginSending(_ agent: AgentID) -> [HeldFile] {
        receivers[agent]?.restart()
        return receivers[agent]?.held ?? []
    }

    private func giveUp(on agent: AgentID, at deadline: Moment, _ group: inout DiscardingTaskGroup) {
        let tell = tell
        group.addTask {
            try? await Task.sleep(for: max(.zero, deadline - SystemClock.now))
            if !Task.isCancelled { tell.yield(.collected(agent, complete: false, why: "it took too long")) }
        }
    }

    /// Gives up on results of which nothing has come for long: a host that is frozen or cut off would keep a run from its end.
    func giveUpOnStalled() {
        let patience: Duration = record.interruptions > 0 ? .seconds(10) : .seconds(60)
        let now = SystemClock.now
        for (agent, state) in collecting where now - state.movedAt > patience {
            tell.yield(.collected(agent, complete: false, why: "nothing came for \(patience)"))
        }
    }

    func take(remains report: Report, of agent: AgentID) {
        switch report {
        case .file(let piece): takeFile(piece, of: agent)
        case .resultsEnd(let files, let bytes, let missing): receivers[agent]?.end(files: files, bytes: bytes, missing: missing)
        default: break
        }
    }

    func takeResultsBegin(_ agent: AgentID, pass: UInt64) {
        guard let state = collecting[agent], state.way == .link, state.pass == pass else { return }
        collecting[agent]?.hasBegun = true
        collecting[agent]?.movedAt = SystemClock.now
    }

    func takeFile(_ piece: ResultPiece, of agent: AgentID) {
        guard collecting[agent]?.hasBegun == true else { return }
        collecting[agent]?.movedAt = SystemClock.now
        receivers[agent]?.take(piece)
    }

    func takeResultsEnd(_ agent: AgentID, files: Int, bytes: UInt64, missing: [String]) {
        guard let state = collecting[agent], state.way == .link, state.hasBegun else { return }
        receivers[agent]?.end(files: files, bytes: bytes, missing: missing)
        tellCollected(agent)
    }

    /// What is home whole is on the disk before that is told, and before the agent may delete it.
    private func tellCollected(_ agent: AgentID) {
        let tell = tell
        guard receivers[agent]?.isComplete == true else {
            tell.yield(.collected(agent, complete: false, why: receivers[agent]?.trouble ?? ""))
            return
        }
        let path = folder.agentPath(agent)
        detachThread {
            synchronizeDisk(of: path)
            tell.yield(.collected(agent, complete: true, why: ""))
        }
    }

    func takeCollected(_ agent: AgentID, complete: Bool, why: String, _ group: inout DiscardingTaskGroup) async {
        guard collecting[agent] != nil else { return }
        await decide(.collected(agent, complete: complete, note: why), &group)
    }

    /// What is home of the agent's results is all that will be.
    func endCollecting(_ agent: AgentID) { collecting.removeValue(forKey: agent)?.task?.cancel() }

    /// Ends the agent, sees it gone and, where its results are home or not wanted, removes its run directory.
    func withdraw(_ agent: AgentID, keepResults: Bool, by deadline: Moment, _ group: inout DiscardingTaskGroup) {
        guard let session = sessions[agent] else { return }
        let tell = tell
        if session.isByHand { return dismiss(session, keepResults: keepResults, by: deadline, &group) }
        let asksFirst = record.agent(agent)?.isLinked == true && !keepResults
        group.addTask {
            if asksFirst { await session.send(.leave(discard: true)) }
            let left = deadline - SystemClock.now
            let grace = min(.seconds(4), max(.seconds(1), left - .seconds(2)))
            let (proven, why) = await session.withdraw(grace: grace)
            var text = why
            if proven, !keepResults, let trouble = await session.removeTraces() { text += "; \(trouble)" }
            tell.yield(.withdrawn(agent, proven: proven, why: text))
        }
    }

    private func dismiss(_ session: AgentSession, keepResults: Bool, by deadline: Moment, _ group: inout DiscardingTaskGroup) {
        let tell = tell
        if keepResults {
            tell.yield(.idle(session.plan.id))
            return
        }
        group.addTask {
            let (proven, why) = await session.dismiss(by: deadline)
            tell.yield(.withdrawn(session.plan.id, proven: proven, why: why))
        }
    }
}
