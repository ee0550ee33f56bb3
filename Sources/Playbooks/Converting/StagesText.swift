import Plans
import Vocabulary

/// Implied stages as they are written in a playbook.
struct StagesText {
    private struct Setting {
        var key: String
        var value: String
    }

    private struct Stage {
        var settings: [Setting]
        var barrier: [Setting]
        var config: [Setting]
    }

    private let stages: [Stage]

    /// `duration`: of the load, nil where stages take the whole file's; `barriers`: whether they follow from a `barrier_sync`.
    init(_ planned: [PlannedStage], duration: String?, hasBarriers: Bool) {
        stages = planned.map { stage in
            var settings = [
                Setting(key: "name", value: stage.name), Setting(key: "order", value: "\(stage.order.number)"),
                Setting(key: "completion", value: stage.type.completion),
            ]
            if stage.optional { settings.append(Setting(key: "optional", value: "true")) }
            settings.append(Setting(key: "timeout_secs", value: stage.timeout.plain))
            var config = [Setting(key: "type", value: stage.type.rawValue)]
            if stage.type == .execute, let duration { config.append(Setting(key: "duration", value: quoted(duration))) }
            // With a `barrier_sync` the stage's barrier follows from it.
            let own = !hasBarriers ? stage.barrier.map { [Setting(key: "type", value: $0.type.rawValue)] } : nil
            return Stage(settings: settings, barrier: own ?? [], config: config)
        }
    }

    /// Line by line, below a section whose keys stand at `indent`.
    func block(indent: Int) -> [String] {
        let (first, second, third) = (blanks(indent), blanks(indent + 4), blanks(indent + 6))
        return ["\(first)stages:"]
            + stages.flatMap { stage -> [String] in
                var lines = stage.settings.map { "\(second)\($0.key): \($0.value)" }
                lines[0] = "\(blanks(indent + 2))- " + lines[0].dropFirst(indent + 4)
                if !stage.barrier.isEmpty { lines += ["\(second)barrier:"] + stage.barrier.map { "\(third)\($0.key): \($0.value)" } }
                return lines + ["\(second)config:"] + stage.config.map { "\(third)\($0.key): \($0.value)" }
            }
    }

    /// Each stage in braces, with commas between.
    var flow: [String] {
        stages.enumerated().map { index, stage in
            var parts = stage.settings.map { "\($0.key): \($0.value)" }
            for (name, inner) in [("barrier", stage.barrier), ("config", stage.config)] where !inner.isEmpty {
                parts.append("\(name): {\(inner.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}")
            }
            return "{\(parts.joined(separator: ", "))}" + (index + 1 < stages.count ? "," : "")
        }
    }

    private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}

extension Duration {
    /// A bare number where it is whole seconds.
    var plain: String { written.hasSuffix("ms") || written.contains(".") ? written : String(written.dropLast()) }
}

extension StageType {
    /// The word for how a stage of this kind ends.
    var completion: String {
        switch self {
        case .validation: "validation_passed"
        case .prepare, .cleanup: "tasks_done"
        case .execute: "duration"
        case .hybrid: "duration_or_tasks"
        case .custom: "script_exit"
        }
    }
}

/// A scalar as it may stand anywhere in a YAML document.
func quoted(_ text: String) -> String {
    let isPlain =
        !text.isEmpty
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "_./".utf8.contains(byte)
            }
        }
    if isPlain, !["null", "Null", "NULL", "true", "false", "yes", "no"].contains(text) { return text }
    return JSON.string(text).text
}
