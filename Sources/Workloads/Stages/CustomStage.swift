import Glibc
import Measurement
import Plans
import Vocabulary

/// A stage that is somebody's command: started without a shell in a process group of its own, which ends with the stage.
struct CustomStage {
    let context: StageContext
    let work: CustomWork

    /// From SIGTERM to SIGKILL.
    static let grace: Duration = .milliseconds(700)

    func run(startAt: Moment?) -> StageOutcome {
        let stop = context.stop
        if let startAt, !Pause.until(startAt, unless: { stop.isStopped }) { return outcome(from: SystemClock.now, .stopped) }
        let begin = SystemClock.now
        let child: ChildProcess
        do {
            child = try ChildProcess(
                command: work.command, arguments: work.arguments, environment: environment, directory: work.absoluteDirectory)
        } catch {
            return outcome(from: begin, .failed(why: "\(error)"))
        }
        let ending = child.follow(stop: stop, grace: Self.grace, onLine: context.listener.onLine)
        if stop.isStopped { return outcome(from: begin, .stopped) }
        return outcome(from: begin, ending.isSuccess ? .completed : .failed(why: "\(work.command) \(ending)"))
    }

    private var environment: [String: String] {
        var all = context.plan.environment
        all["MUSTER_RUN"] = context.surroundings.run?.text ?? ""
        all["MUSTER_AGENT"] = context.plan.id.text
        all["MUSTER_STAGE"] = context.stage.name
        all["MUSTER_AGENT_INDEX"] = "\(context.agent.index)"
        all["MUSTER_AGENT_COUNT"] = "\(context.agent.count)"
        all["MUSTER_RESULTS"] = context.surroundings.resultsFolder
        return all
    }

    private func outcome(from begin: Moment, _ end: StageOutcome.End) -> StageOutcome {
        StageOutcome(
            end: end, statistics: StageStatistics(stage: context.stage.order, begin: begin, end: SystemClock.now),
            ledger: context.ledger.ledger)
    }
}
