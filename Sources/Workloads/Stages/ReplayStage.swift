import FoundationEssentials
import Glibc
import Measurement
import Plans
import Vocabulary

/// A stage that replays this agent's part of an operation log; what it found of the trace is `replay.bin` among its results.
struct ReplayStage {
    let context: StageContext
    let work: ReplayWork

    func run(startAt: Moment?) -> StageOutcome {
        let control = CrewControl(stop: context.stop, errorLimit: work.maximumErrors)
        let crew = context.crew(workers: work.workers, control: control)
        let played: (result: Crew.Result, measure: ReplayMeasure)
        do throws(Replay.Failure) {
            played = try Replay(work.onThisHost).play(with: crew, startAt: startAt)
        } catch {
            return context.failed("\(error)")
        }
        let path = "\(context.surroundings.resultsFolder)/\(ReplayWork.measureName)"
        var failure: String?
        do { try Data(played.measure.encoded()).write(to: URL(filePath: path)) } catch {
            failure = "\(path) could not be written: \(error)"
        }
        if let late = Self.lateness(played.measure) { control.note(late) }
        return context.outcome(of: played.result, control: control, failure: failure)
    }

    /// What a replay that could not keep up has to say; its workers are how many operations can be under way.
    private static func lateness(_ measure: ReplayMeasure) -> String? {
        let worst = Duration.nanoseconds(measure.lateness.maximum)
        guard measure.lateness.count > 0, worst > .milliseconds(100) else { return nil }
        let p99 = Duration.nanoseconds(measure.lateness.nanoseconds(atPercentile: 99))
        return "operations began up to \(fixed(worst.inSeconds, decimals: 3)) s later than intended "
            + "(p99 \(fixed(p99.inSeconds, decimals: 3)) s): all workers were busy"
    }
}

extension ReplayWork {
    /// The file among an agent's results that holds its `ReplayMeasure`.
    package static let measureName = "replay.bin"

    /// With the log's path as it is on this host.
    var onThisHost: ReplayWork {
        guard !log.hasPrefix("/") else { return self }
        var work = self
        work.log = (getenv("MUSTER_FILES").map { String(cString: $0) + "/" } ?? "") + log
        return work
    }
}
