import Coordination
import Vocabulary

/// Not a property: remembers which kinds of facts were seen.
struct FactCollector: Checker {
    private(set) var kinds: Set<String> = []

    init(_ scenario: Scenario) {}

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        if case .decided(.note(let fact)) = sighting {
            kinds.insert(String("\(fact)".prefix { $0 != "(" }))
        }
        return nil
    }
}
