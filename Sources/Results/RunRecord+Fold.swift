import Vocabulary

extension RunRecord {
    /// Takes in the next event; one with a number that was already seen changes nothing.
    package mutating func apply(_ event: Event) {
        guard event.sequence > lastSequence else { return }
        lastSequence = event.sequence
        elapsed = max(elapsed, event.elapsed)
        lastUTC = event.utc
        let now = Instant(elapsed: elapsed, utc: event.utc)
        applyToRun(event.kind, at: now)
        if let id = event.kind.agent, let index = agents.firstIndex(where: { $0.id == id }) {
            agents[index].apply(event.kind, at: now)
        }
        if let order = event.kind.stage, let index = stages.firstIndex(where: { $0.order == order }) {
            stages[index].apply(event.kind, at: now)
        }
    }

    private mutating func applyToRun(_ kind: EventKind, at now: Instant) {
        switch kind {
        case .runBegan(let beginning):
            guard run == nil else { return }
            run = beginning.run
            playbook = beginning.playbook
            beganAtUTC = now.utc
            agents = beginning.agents.map(AgentRecord.init)
            stages = beginning.stages.map(StageRecord.init).sorted { $0.order < $1.order }
        case .phaseChanged(let next):
            advance(to: next)
        case .controllerBegan(let beginning):
            if beginning.number > controller?.number ?? 0 { controller = beginning }
            for index in agents.indices { agents[index].isLinked = false }
        case .interrupted(let count, let why):
            interruptions = max(interruptions, count)
            if stopWhy == nil { stopWhy = why }
        case .preparationFailed(let ready, let minimum):
            if stopWhy == nil {
                stopWhy = ready.map { "\($0) of at least \(minimum ?? 1) agents became ready" } ?? "not every agent became ready"
            }
        case .runBroke(let why):
            if stopWhy == nil { stopWhy = why }
        case .runEnded(let outcome, let exitCode, let reasons):
            advance(to: outcome.phase)
            if verdict == nil { verdict = Verdict(outcome: outcome, exitCode: exitCode, reasons: reasons) }
        default: break
        }
    }

    private mutating func advance(to next: RunPhase) {
        if phase.canAdvance(to: next) { phase = next }
    }
}

extension AgentRecord {
    mutating func apply(_ kind: EventKind, at now: Instant) {
        switch kind {
        case .hostReached(_, let host):
            self.host = host
            advance(to: .reached)
        case .agentDeployed(_, let deployed):
            self.deployed = deployed
            advance(to: .deployed)
        case .agentReady(_, let facts):
            self.facts = facts
            advance(to: .ready)
        case .agentNotReady(_, let problems):
            if !state.isOut { self.problems = problems }
            leave(as: .notReady, why: problems.first, at: now)
        case .clockMeasured(_, let offset, let bound): clock = Clock(offset: offset, bound: bound)
        case .agentUnreachable(_, let why, _): leave(as: .unreachable, why: why, at: now)
        case .agentLost(_, let why): leave(as: .lost, why: why, at: now)
        case .agentFailed(_, _, let why): leave(as: .failed, why: why, at: now)
        case .agentExcluded(_, _, let why): leave(as: .excluded, why: why, at: now)
        case .agentGone: isLinked = false
        case .stageBegan: work(as: .working)
        case .stageArrived: work(as: .arrived)
        case .agentOrdered, .stopOrdered, .withdrawOrdered: want(kind)
        case .stopAcknowledged:
            owesStop = false
            if !state.isOut { state = .stopped }
        case .collected(_, let collected): take(collected)
        case .linkUp, .linkDown, .relinked: applyLink(kind)
        case .agentSeenGone(_, let note): settle(.gone, note)
        case .agentNotProvenGone(_, let note): settle(.notProvenGone, note)
        default: break
        }
    }

    private mutating func want(_ kind: EventKind) {
        switch kind {
        case .agentOrdered(let stage, _, _, _):
            wanted = .working
            wantedStage = stage
            // Cleanup after a break: it had stopped, and is to work again.
            if state == .stopped { state = .arrived }
        case .stopOrdered:
            wanted = .stopped
            owesStop = true
        default: wanted = .gone
        }
    }

    private mutating func applyLink(_ kind: EventKind) {
        switch kind {
        case .linkUp:
            isLinked = true
            advance(to: .linked)
        case .linkDown(_, let why):
            isLinked = false
            linkTrouble = why
        default:
            isLinked = true
            linkTrouble = nil
            reconnects += 1
        }
    }

    /// Towards READY only.
    private mutating func advance(to next: State) {
        let way: [State] = [.waiting, .reached, .deployed, .linked, .ready]
        if let here = way.firstIndex(of: state), let there = way.firstIndex(of: next), there > here { state = next }
    }

    private mutating func work(as next: State) {
        if !state.isOut, state != .stopped { state = next }
    }

    private mutating func leave(as next: State, why: String?, at now: Instant) {
        guard !state.isOut else { return }
        state = next
        self.why = why
        outSince = now
    }

    /// What is home stays home.
    private mutating func take(_ next: Collected) {
        guard collected?.complete != true else { return }
        collected = next
    }

    /// Seen gone is final; not proven may still be proven.
    private mutating func settle(_ next: Presence, _ note: String) {
        guard presence != .gone else { return }
        presence = next
        presenceNote = note
        if next == .gone { isLinked = false }
    }
}

extension StageRecord {
    mutating func apply(_ kind: EventKind, at now: Instant) {
        switch kind {
        case .stageOrdered(_, let epoch, let participants):
            if self.epoch == nil { self.epoch = epoch }
            if orderedAt == nil { orderedAt = now }
            if self.participants.isEmpty { self.participants = participants }
            advance(to: .ordered)
        case .stageBegan(_, let agent, _):
            if beganAt == nil { beganAt = now }
            if !begun.contains(agent) { begun.append(agent) }
            advance(to: .running)
        case .stageArrived(_, let agent, let arrival):
            if !arrivals.contains(where: { $0.agent == agent }) { arrivals.append(Arrival(agent: agent, at: now, arrival: arrival)) }
        case .startSkew(_, let skew, let bound): self.skew = Skew(skew: skew, bound: bound)
        case .interval(_, let figures): show(figures)
        case .stageMeasured(_, let measure):
            self.measure = measure
        case .steadiness(_, let finding): if steadiness == nil { steadiness = finding }
        case .stageEnded: end(as: .passed, at: now)
        case .stageSkipped(_, let why):
            if brokeWhy == nil { brokeWhy = why }
            end(as: .skipped, at: now)
        case .barrierOpened(_, _, _, let missing):
            if self.missing.isEmpty { self.missing = missing }
            end(as: .passed, at: now)
        case .barrierBroke(_, _, let why):
            if brokeWhy == nil { brokeWhy = why }
            end(as: .broken, at: now)
        default: break
        }
    }

    private mutating func show(_ figures: IntervalFigures) {
        var next = figures
        if let latest {
            next.elapsed = max(next.elapsed, latest.elapsed)
            next.operationsDone = max(next.operationsDone, latest.operationsDone)
            next.objectsDone = max(next.objectsDone, latest.objectsDone)
        }
        latest = next
    }

    private mutating func advance(to next: State) {
        let way: [State] = [.planned, .ordered, .running]
        if let here = way.firstIndex(of: state), let there = way.firstIndex(of: next), there > here { state = next }
    }

    private mutating func end(as next: State, at now: Instant) {
        guard state != .passed, state != .broken, state != .skipped else { return }
        state = next
        endedAt = now
    }
}
