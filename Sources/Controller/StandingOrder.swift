import FoundationEssentials
import Plans
import Results
import Vocabulary

/// What a run is to do, as its controller keeps it for the one that may have to take it up: all that a playbook and a command line said.
///
/// It holds the secrets of the plan; it is written with mode 0600 and goes with the run's end.
package struct StandingOrder: Codable, Sendable {
    package var plan: Plan
    package var skipUnreachable: Bool
    package var refreshNanoseconds: Int64
    /// The agent's executable on this machine; nil where none is deployed.
    package var agentPath: String?

    package init(plan: Plan, options: RunOptions, agentPath: String?) {
        self.plan = plan
        skipUnreachable = options.skipUnreachable
        refreshNanoseconds = options.refresh.wholeNanoseconds
        self.agentPath = agentPath
    }

    func write(to control: ControlFolder) throws {
        try control.write(Array(try JSONEncoder().encode(self)), to: control.orderPath)
    }

    static func read(from control: ControlFolder) throws -> StandingOrder {
        guard let bytes = try readFile(control.orderPath) else {
            throw ResultsError.notToTakeUp(path: control.path, why: "\(control.orderPath) is missing")
        }
        do {
            return try JSONDecoder().decode(StandingOrder.self, from: Data(bytes))
        } catch {
            throw ResultsError.notToTakeUp(path: control.path, why: "\(control.orderPath) was written by another version")
        }
    }
}
