import Plans
import Vocabulary

/// A stage with its order, bounds and barrier settled; what each agent does in it is not.
struct PlannedStage {
    var order: StageOrder
    var name: String
    var type: StageType
    var barrier: BarrierPolicy?
    var timeout: Duration
    var optional = false
    /// execute and hybrid.
    var duration: Duration?
    /// hybrid: operations of all agents together.
    var expectedTasks: Int?
    var expectedObjects: Int?
    /// execute and hybrid.
    var steadyState: SteadyStatePolicy?
    var command: String?
    var arguments: [String] = []

    /// The controller's view; `objects` is what prepare makes over all agents.
    func plan(expecting objects: Int) -> StagePlan {
        var plan = StagePlan(order: order, name: name, type: type, barrier: barrier, timeout: timeout, optional: optional)
        plan.plannedDuration = duration
        plan.steadyState = steadyState
        if type == .prepare || type == .cleanup { plan.expectedObjects = expectedObjects ?? (objects > 0 ? objects : nil) }
        return plan
    }

    /// Longest work by default, where the playbook gives no `timeout_secs`.
    static func defaultTimeout(of type: StageType) -> Duration {
        switch type {
        case .validation: .seconds(300)
        case .prepare: .seconds(600)
        case .execute, .cleanup, .custom, .hybrid: .seconds(3600)
        }
    }
}
