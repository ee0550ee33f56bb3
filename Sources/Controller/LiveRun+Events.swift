import Carriers
import Coordination
import Deployment
import Link
import Measurement
import Plans
import Results
import Vocabulary

// What happens to a run, told to its machine.
extension LiveRun {
    func take(_ inward: RunInward, _ group: inout DiscardingTaskGroup) async {
        switch inward {
        case .session(let agent, let event, let receipt):
            await take(event, of: agent, &group)
            receipt?.give()
        case .interrupted(let why, let now):
            let isFirst = record.interruptions == 0
            if isFirst { await decide(.interrupted(why: why), &group) }
            if now || !isFirst { await decide(.interruptedAgain, &group) }
        case .tick: await decide(.tick, &group)
        case .idle(let agent): await decide(.stays(agent), &group)
        case .refresh: refresh()
        case .allBegan(let stage): measureSkew(of: stage)
        case .stranger(let why): noteStranger(why)
        case .doorClosed(let why): remember("agents could no longer dial back: \(why)")
        case .collected(let agent, let complete, let why): await takeCollected(agent, complete: complete, why: why, &group)
        case .collectLater(let agent, let deadline): await collect(agent, by: deadline, &group)
        case .fetchResults(let agent, let pass): fetchResults(of: agent, pass: pass, &group)
        case .withdrawn(let agent, let proven, let why):
            await decide(.withdrawn(agent, proven: proven, note: why), &group)
        }
    }

    func take(_ event: SessionEvent, of agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        switch event {
        case .hostReached(let host): note(.hostReached(agent, host: host))
        case .deployed(let deployed):
            note(.agentDeployed(agent, Deployed(deployed)))
            for warning in deployed.warnings { note(.noted(warning, agent: agent, stage: nil)) }
        case .unreachable(let why, let mayRun): await decide(.unreachable(agent, why: why, mayRun: mayRun), &group)
        case .linkUp: await takeLinkUp(agent, &group)
        case .linkDown(let why):
            clocks[agent]?.stopMeasuring()
            note(.linkDown(agent, why: why))
            waitForLink(of: agent, &group)
        case .noLink(let why):
            // Once it is to go, its door is closed soon.
            if record.phase.canAdvance(to: .stopping) { note(.noted("no link to it: \(why)", agent: agent, stage: nil)) }
        case .gone(let why):
            await decide(.gone(agent, why: why), &group)
            collectAnotherWay(agent, &group)
        case .report(let report, let at): await take(report, at: at, of: agent, &group)
        }
    }

    func takeLinkUp(_ agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        let isFirst = clocks[agent] == nil
        if isFirst { clocks[agent] = AgentClock() }
        if machine.member(agent)?.seen != .nothing { note(.relinked(agent)) }
        await decide(.linked(agent), &group)
        // To one that has its plan already this is no news: it says again whether it is ready.
        if isFirst, machine.member(agent)?.standing == .expected { await assign(agent) }
        measureClock(of: agent)
    }

    func take(_ report: Report, at moment: Moment, of agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        switch report {
        case .ready(let facts): await takeReady(agent, facts, &group)
        case .notReady(let problems): await decide(.notReady(agent, problems: problems), &group)
        case .pong(_, let sent, let received, let answered):
            await takePong(agent, .init(sent: sent, agentReceived: received, agentSent: answered, received: moment), &group)
            await decide(.signal(agent, progress: nil), &group)
        case .answer(let id, _): await decide(.answered(agent, query: id), &group)
        case .heartbeat(let progress):
            await decide(.signal(agent, progress: progress.stage == nil ? nil : progress.operations &+ progress.bytes), &group)
        case .interval(let interval):
            live[interval.stage, default: LiveStage(stage: interval.stage)].add(interval, from: agent)
            await decide(.signal(agent, progress: nil), &group)
            await watch(interval, of: agent, &group)
        case .log(let lines):
            for line in lines { keep(line, of: agent, arrivedAt: moment) }
            await decide(.signal(agent, progress: nil), &group)
        case .began(let stage, let epoch, _, let first):
            await decide(.began(agent, stage, epoch: epoch), &group)
            if let first { takeBegin(stage, agent, first, &group) }
        case .arrived(let stage, let epoch, let arrival, let counted):
            keep(counted, of: agent)
            await decide(.arrived(agent, stage, epoch: epoch, Coordination.StageOutcome(arrival)), &group)
        case .stopped: await decide(.stopped(agent), &group)
        case .resultsBegin(let pass): takeResultsBegin(agent, pass: pass)
        case .file(let piece):
            takeFile(piece, of: agent)
            await decide(.signal(agent, progress: nil), &group)
        case .resultsEnd(let files, let bytes, let missing): takeResultsEnd(agent, files: files, bytes: bytes, missing: missing)
        case .leaving: break
        case .stranger(let why): noteStranger(why, at: agent)
        }
    }
}
