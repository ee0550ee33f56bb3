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
        case .session(let agent, let event): await take(event, of: agent, &group)
        case .interrupted:
            await decide(record.interruptions == 0 ? .interrupted(why: "Ctrl-C or SIGTERM") : .interruptedAgain, &group)
        case .tick: await decide(.tick, &group)
        case .idle(let agent):
            let why = "started by hand: it stays to hand over its results"
            note(.noted(why, agent: agent, stage: nil))
            await decide(.withdrawn(agent, proven: true, note: why), &group)
        case .refresh: refresh()
        case .doorClosed(let why): remember("agents could no longer dial back: \(why)")
        case .collected(let agent, let complete, let why): await takeCollected(agent, complete: complete, why: why, &group)
        case .withdrawn(let agent, let proven, let why):
            note(proven ? .agentSeenGone(agent, note: why) : .agentNotProvenGone(agent, note: why))
            await decide(.withdrawn(agent, proven: proven, note: why), &group)
        }
    }

    func take(_ event: SessionEvent, of agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        switch event {
        case .hostReached(let host): note(.hostReached(agent, host: host))
        case .deployed(let deployed): note(.agentDeployed(agent, cached: deployed.wasCached, sent: deployed.bytesSent))
        case .unreachable(let why, let mayRun): await decide(.unreachable(agent, why: why, mayRun: mayRun), &group)
        case .linkUp: await takeLinkUp(agent, &group)
        case .linkDown(let why):
            clocks[agent]?.stopMeasuring()
            note(.linkDown(agent, why: why))
            await collectAnotherWay(agent, &group)
        case .noLink(let why):
            // Once it is to go, its door is closed soon.
            if record.phase.canAdvance(to: .stopping) { note(.noted("no link to it: \(why)", agent: agent, stage: nil)) }
        case .gone(let why):
            await decide(.gone(agent, why: why), &group)
            await collectAnotherWay(agent, &group)
        case .report(let report, let at): await take(report, at: at, of: agent, &group)
        }
    }

    func takeLinkUp(_ agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        if clocks[agent] == nil {
            clocks[agent] = AgentClock()
            note(.linkUp(agent))
            await decide(.linked(agent), &group)
            await assign(agent)
        } else {
            note(.relinked(agent))
            await decide(.signal(agent, progress: nil), &group)
        }
        measureClock(of: agent, &group)
    }

    func take(_ report: Report, at moment: Moment, of agent: AgentID, _ group: inout DiscardingTaskGroup) async {
        switch report {
        case .ready(let facts):
            note(.agentReady(agent, facts: facts.summary))
            await decide(.ready(agent), &group)
        case .notReady(let problems): await decide(.notReady(agent, problems: problems), &group)
        case .pong(_, let sent, let received, let answered):
            takePong(agent, .init(sent: sent, agentReceived: received, agentSent: answered, received: moment))
            await decide(.signal(agent, progress: nil), &group)
        case .answer(let id, _): await decide(.answered(agent, query: id), &group)
        case .heartbeat(let progress):
            await decide(.signal(agent, progress: progress.stage == nil ? nil : progress.operations &+ progress.bytes), &group)
        case .interval(let interval):
            live[interval.stage, default: LiveStage(stage: interval.stage)].add(interval, from: agent)
            await decide(.signal(agent, progress: nil), &group)
        case .log(let lines):
            for line in lines { show(line, agent) }
            await decide(.signal(agent, progress: nil), &group)
        case .began(let stage, let epoch, let at, let first):
            note(.stageBegan(stage, agent))
            takeBegin(stage, agent, first ?? at, isLoad: first != nil)
            await decide(.began(agent, stage, epoch: epoch), &group)
        case .arrived(let stage, let epoch, let arrival, let counted):
            statistics[agent, default: [:]][stage] = counted
            await decide(.arrived(agent, stage, epoch: epoch, Coordination.StageOutcome(arrival)), &group)
        case .stopped: await decide(.stopped(agent), &group)
        case .file(let piece):
            takeFile(piece, of: agent)
            await decide(.signal(agent, progress: nil), &group)
        case .resultsEnd(let files, let bytes): takeResultsEnd(agent, files: files, bytes: bytes)
        case .leaving: break
        }
    }
}
