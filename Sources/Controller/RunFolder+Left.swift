import Plans
import Results
import Vocabulary

extension RunFolder {
    /// Whether this is a run of `plan` that no process has in hand, and whose agents still work for a controller to come: the lease counts from
    /// the last event at the latest.
    package func isLeft(of plan: Plan) -> Bool {
        guard control.exists, control.holder == nil, let order = try? StandingOrder.read(from: control), order.plan == plan,
            let last = (try? EventLogContents(path: eventsPath))?.events.last, let said = UTC.nanoseconds(of: last.utc)
        else { return false }
        let age = Duration.nanoseconds(SystemClock.utcNanoseconds - said)
        return age >= .zero && age < plan.policy.lease
    }
}
