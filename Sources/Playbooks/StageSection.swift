import Plans
import Vocabulary

/// One entry of `distributed.stages`. Its settings stand under `config:` or beside `name`, as one likes.
struct StageSection {
    enum Completion: String {
        case duration, tasksDone = "tasks_done", validationPassed = "validation_passed", scriptExit = "script_exit"
        case durationOrTasks = "duration_or_tasks"
    }

    let cursor: Cursor
    var name: Located<String>
    var order: Located<Int>?
    var type: StageType
    var completion: Located<Completion>?
    var barrier: BarrierSection?
    var optional: Bool
    var timeout: Located<Duration>?
    /// execute: `duration`; hybrid: `max_duration`.
    var duration: Located<Duration>?
    var expectedTasks: Int?
    /// Whether something is written that ends a hybrid stage, be it wrong.
    var isBounded: Bool
    var expectedObjects: Int?
    var steadyState: Located<SteadyStatePolicy>?
    var command: String?
    var arguments: [String]

    init?(_ cursor: Cursor) {
        guard let outer = cursor.section() else { return nil }
        let inner = outer.take("config").flatMap { $0.section() }
        let settings = StageSettings(outer: outer, inner: inner)
        self.cursor = cursor
        let name = outer.located("name") { $0.word() }
        if !outer.has("name") { outer.missing("name") }
        order = outer.located("order") { $0.integer() }
        completion = outer.located("completion") { at in
            at.choice([
                "duration": Completion.duration, "tasks_done": .tasksDone, "validation_passed": .validationPassed,
                "script_exit": .scriptExit, "duration_or_tasks": .durationOrTasks,
            ])
        }
        barrier = outer.take("barrier").flatMap(BarrierSection.init)
        optional = outer.take("optional")?.boolean() ?? false
        timeout = settings.take("timeout_secs").flatMap { at in at.duration().map { Located(value: $0, at: at) } }
        let type = Self.readType(settings, name: name, section: outer)
        isBounded = ["max_duration", "expected_tasks"].contains { settings.has($0) }
        (duration, expectedTasks, expectedObjects) = Self.readBounds(settings, type: type)
        steadyState = settings.take("steady_state", for: [.execute, .hybrid], type).flatMap(SteadyStatePolicy.read)
        (command, arguments) = Self.readCommand(settings, type: type)
        inner?.close()
        outer.close()
        guard let name, let type else { return nil }
        self.name = name
        self.type = type
    }

    /// The type as written; where none is, a name that is a type's says it.
    private static func readType(_ settings: StageSettings, name: Located<String>?, section: Section) -> StageType? {
        if let at = settings.take("type") {
            return at.choice([
                "validation": .validation, "prepare": .prepare, "execute": .execute, "cleanup": .cleanup, "custom": .custom,
                "hybrid": .hybrid,
            ])
        }
        if let name, let type = name.value == "preflight" ? .validation : StageType(rawValue: name.value) { return type }
        section.missing("type", fix: "config: {type: validation, prepare, execute, cleanup, custom or hybrid}")
        return nil
    }

    private static func readBounds(_ settings: StageSettings, type: StageType?) -> (Located<Duration>?, Int?, Int?) {
        let durationPlace = settings.take("duration", for: [.execute], type)
        let maximumPlace = settings.take("max_duration", for: [.hybrid], type)
        let objects = settings.take("expected_objects", for: [.prepare, .cleanup], type)?.integer()
        let tasks = settings.take("expected_tasks", for: [.hybrid], type)?.integer()
        let place = durationPlace ?? maximumPlace
        let duration = place.flatMap { at in at.duration().map { Located(value: $0, at: at) } }
        return (duration, tasks, objects)
    }

    private static func readCommand(_ settings: StageSettings, type: StageType?) -> (String?, [String]) {
        let command = settings.take("command", for: [.custom], type)?.word()
        let arguments = settings.take("args", for: [.custom], type)?.items()?.compactMap { $0.string() } ?? []
        if type == .custom, command == nil, !settings.has("command") {
            settings.outer.missing("command", fix: "command: the program to run on every agent's host; args: its arguments")
        }
        return (command, arguments)
    }
}

/// The settings of a stage, wherever they stand.
private struct StageSettings {
    let outer: Section
    let inner: Section?

    func has(_ key: String) -> Bool { outer.has(key) || inner?.has(key) == true }

    /// Under `config:` or beside `name`, the former where both are.
    func take(_ key: String) -> Cursor? {
        let nested = inner?.take(key)
        let beside = outer.take(key)
        // A stage's own timeout_secs is the wider of the two and wins, as the reference has it.
        if key == "timeout_secs" { return beside ?? nested }
        if nested != nil, let beside { beside.fail("stands under config as well", fix: "keep one of them") }
        return nested ?? beside
    }

    func take(_ key: String, for types: [StageType], _ type: StageType?) -> Cursor? {
        guard let at = take(key) else { return nil }
        guard let type, !types.contains(type) else { return at }
        at.fail(
            "does not belong to a stage of type \(type.rawValue)",
            fix: "it is for \(types.map(\.rawValue).joined(separator: " and ")) stages")
        return nil
    }
}
