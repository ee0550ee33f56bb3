import Vocabulary

/// Stage after stage: what begins, who arrives, what opens or breaks.
extension RunMachine {
    /// Begins a stage for everybody who can take part in it.
    mutating func beginTogether(_ stage: Int, at now: Moment) {
        begin(stage, for: members.indices.filter { canTakePart($0) }, together: rules.stages[stage].beginsTogether, at: now)
    }

    /// Orders `agents` to begin; the stage itself begins with the first of them, for all who are in the run then.
    private mutating func begin(_ stage: Int, for agents: [Int], together: Bool, at now: Moment) {
        var agents = agents
        let isFirst = stages[stage].epoch == nil
        if isFirst {
            lastEpoch += 1
            stages[stage].epoch = lastEpoch
            agents += members.indices.filter { members[$0].waitsToRejoin && canTakePart($0) && !agents.contains($0) }
            let participants = members.indices.filter { takesPart($0) || agents.contains($0) }.map { members[$0].id }
            setParticipants(participants, of: stage)
            note(.stageBegan(rules.stages[stage].order, epoch: lastEpoch, participants: participants))
        }
        guard let epoch = stages[stage].epoch else { return }
        let delay = together && !startDelayGiven ? rules.startDelay : .zero
        if together { startDelayGiven = true }
        for i in agents {
            assign(i, stage, epoch: epoch)
            members[i].deadline = now + rules.bound(of: rules.stages[stage])
            note(.agentOrdered(members[i].id, rules.stages[stage].order, epoch: epoch, together: together))
            let order = AgentOrder.begin(rules.stages[stage].order, epoch: epoch, together: together, delay: delay)
            actions.append(.order(members[i].id, order))
        }
    }

    mutating func setParticipants(_ participants: [AgentID], of stage: Int) {
        stages[stage].participants = participants
        guard let barrier = rules.stages[stage].barrier, !participants.isEmpty else { return }
        stages[stage].barrier = Barrier(rules: barrier, optional: rules.stages[stage].optional, participants: participants)
    }

    mutating func assign(_ i: Int, _ stage: Int, epoch: UInt32) {
        members[i].waitsToRejoin = false
        members[i].wanted = .work(stage: stage, epoch: epoch)
        members[i].assignment = Member.Assignment(stage: stage, epoch: epoch)
    }

    /// Whether an agent is free to begin the next stage: in the run, its load ended; after a break the failed clean up, too.
    func canTakePart(_ i: Int) -> Bool {
        let member = members[i]
        guard member.assignment == nil, !member.owesStop, member.isLinked else { return false }
        return member.isTaking || (breakReason != nil && member.hasFailed)
    }

    /// Whether an agent is a participant of a stage that begins now: in the run and no straggler, though it may still be
    /// in an earlier stage without a barrier.
    private func takesPart(_ i: Int) -> Bool {
        breakReason == nil ? members[i].isTaking && !members[i].straggles : canTakePart(i)
    }

    /// Has all who perform the stage complete its load, once.
    mutating func finish(_ order: StageOrder, _ epoch: UInt32) {
        guard activity == .working, breakReason == nil, let stage = stageIndex(of: order), stages[stage].epoch == epoch,
            !stages[stage].isFinishing, !stages[stage].isSettled
        else { return }
        stages[stage].isFinishing = true
        note(.finishOrdered(order, epoch: epoch))
        for member in members where member.assignment?.stage == stage && !member.owesStop && member.isLinked {
            actions.append(.order(member.id, .finish(order, epoch: epoch)))
        }
    }

    mutating func noteProgress(of id: AgentID, _ amount: UInt64, at now: Moment) {
        // Before it says that it has begun, the figures can be those of the stage before.
        guard let i = index[id], let assignment = members[i].assignment,
            members[i].seen == .working(stage: assignment.stage, epoch: assignment.epoch)
        else { return }
        stages[assignment.stage].barrier?.progress(id, to: amount, at: now)
    }

    mutating func began(_ i: Int, _ order: StageOrder, _ epoch: UInt32) {
        guard let assignment = members[i].assignment, assignment.epoch == epoch, rules.stages[assignment.stage].order == order,
            members[i].seen != .working(stage: assignment.stage, epoch: epoch)
        else { return }
        members[i].seen = .working(stage: assignment.stage, epoch: epoch)
        note(.agentBegan(members[i].id, order, epoch: epoch))
    }

    /// An agent has ended its stage; anything but the first arrival for what it now works on changes nothing.
    mutating func arrived(_ i: Int, _ order: StageOrder, _ epoch: UInt32, _ outcome: StageOutcome, at now: Moment) {
        guard let assignment = members[i].assignment, assignment.epoch == epoch, rules.stages[assignment.stage].order == order,
            !members[i].isGone, !members[i].isLost
        else { return }
        let stage = assignment.stage
        members[i].assignment = nil
        members[i].deadline = nil
        members[i].seen = .arrived(stage: stage, epoch: epoch)
        note(.agentArrived(members[i].id, order, epoch: epoch, outcome))
        switch outcome {
        case .completed:
            members[i].done.insert(stage)
            if activity == .working { wentThrough(stage, i, at: now) }
        case .failed(let why): failedStage(stage, i, why: why, at: now)
        case .stopped where members[i].wanted == .work(stage: stage, epoch: epoch):
            failedStage(stage, i, why: "its load was ended by somebody else", at: now)
        case .stopped: break
        }
    }

    private mutating func failedStage(_ stage: Int, _ i: Int, why: String, at now: Moment) {
        stages[stage].hasFailures = true
        guard rules.stages[stage].optional else { return fail(i, in: stage, why: why) }
        note(.optionalFailure(members[i].id, rules.stages[stage].order, why: why))
        members[i].done.insert(stage)
        if activity == .working { wentThrough(stage, i, at: now) }
    }

    private mutating func wentThrough(_ stage: Int, _ i: Int, at now: Moment) {
        guard canTakePart(i) else { return }
        if members[i].straggles {
            members[i].straggles = false
            members[i].waitsToRejoin = true
            note(.agentRejoined(members[i].id, rules.stages[stage].order))
        } else if stages[stage].barrier != nil {
            stages[stage].barrier?.arrive(members[i].id, at: now)
        } else if breakReason == nil, stage + 1 < stages.count {
            begin(stage + 1, for: [i], together: false, at: now)
        }
    }

    /// An agent leaves the run because its stage failed.
    mutating func fail(_ i: Int, in stage: Int, why: String) {
        let wasTaking = members[i].isTaking
        guard wasTaking || (breakReason != nil && members[i].hasFailed) else { return }
        note(.agentFailed(members[i].id, rules.stages[stage].order, why: why))
        let straggled = members[i].straggles
        if wasTaking { members[i].standing = .failed(why: why) }
        members[i].straggles = false
        leaveBarriers(i) { $0.fail($1, why: why) }
        guard wasTaking, !straggled else { return }
        decideWithoutBarrier(i, stage: stage, why: "\(members[i].id) failed: \(why)")
    }

    mutating func lose(_ i: Int, why: String) {
        let stage = members[i].assignment?.stage
        let wasTaking = members[i].isTaking
        let straggled = members[i].straggles
        note(.agentLost(members[i].id, why: why, lastHeard: members[i].liveness.lastHeard))
        members[i].standing = .lost(why: why)
        members[i].straggles = false
        members[i].waitsToRejoin = false
        members[i].deadline = nil
        leaveBarriers(i) { $0.lose($1, why: why) }
        if !members[i].isGone { orderStop(i, why: "it counts as lost") }
        guard wasTaking, !straggled, let stage else { return }
        decideWithoutBarrier(i, stage: stage, why: "\(members[i].id) was lost: \(why)")
    }

    mutating func leaveBarriers(_ i: Int, _ body: (inout Barrier, AgentID) -> Void) {
        for stage in stages.indices where stages[stage].barrier != nil && !stages[stage].isSettled {
            if var barrier = stages[stage].barrier {
                stages[stage].barrier = nil
                body(&barrier, members[i].id)
                stages[stage].barrier = barrier
            }
        }
    }

    /// `on_agent_loss`, where the stage has no barrier of its own to decide.
    private mutating func decideWithoutBarrier(_ i: Int, stage: Int, why: String) {
        guard activity == .working, breakReason == nil, rules.stages[stage].barrier == nil, rules.onAgentLoss == .abort else {
            return
        }
        breakReason = why
    }

    mutating func orderStop(_ i: Int, why: String) {
        guard members[i].wanted != .stop, members[i].wanted != .withdrawal else { return }
        members[i].wanted = .stop
        members[i].owesStop = true
        note(.stopOrdered(members[i].id, why: why))
        actions.append(.order(members[i].id, .stop(why: why)))
    }

    mutating func acknowledgedStop(_ i: Int) {
        guard members[i].owesStop, !members[i].isGone else { return }
        members[i].owesStop = false
        members[i].assignment = nil
        members[i].deadline = nil
        members[i].seen = .stopped
        note(.stopAcknowledged(members[i].id))
    }
}
