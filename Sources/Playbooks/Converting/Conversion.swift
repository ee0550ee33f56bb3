import Plans
import Vocabulary

/// What becomes of a playbook whose stages are implied, when they are to be written out.
package enum Conversion: Sendable {
    /// Its stages are written already.
    case unchanged
    /// The new text: the old one with the stages added to it, everything else as it stood.
    case converted(String)
    /// Nothing is to be written, for these problems.
    case refused([Problem])

    /// `keepsProblems`: errors that the playbook has already do not matter; none may be added.
    ///
    /// The new text is checked, and makes the same plan as the old one: what cannot be done so is refused.
    package init(path: String, text: String, options: PlaybookOptions = PlaybookOptions(), keepsProblems: Bool = false) {
        let old = readPlaybook(path: path, text: text, options: options)
        guard let outline = Outline(path: path, text: text, options: options) else {
            self = .refused(old.problems.filter { $0.severity == .error })
            return
        }
        guard !outline.hasStages else {
            self = .unchanged
            return
        }
        if !keepsProblems, old.hasErrors {
            self = .refused(old.problems.filter { $0.severity == .error })
            return
        }
        let stages = outline.stagesText
        let converted = outline.adding(stages)
        let new = readPlaybook(path: path, text: converted, options: options)
        let known = Set(old.problems.map { [$0.key, $0.what] })
        let added = new.problems.filter { $0.severity == .error && !known.contains([$0.key, $0.what]) }
        let isSame = new.plan.map(Self.comparable) == old.plan.map(Self.comparable)
        guard added.isEmpty, isSame, !outline.stages.isEmpty else {
            let what = "the stages cannot be added to this text by a program"
            let fix = "add them under distributed by hand:\n" + stages.block(indent: 2).joined(separator: "\n")
            let problem = Problem(.error, place: Problem.Place(file: path, line: 1, column: 1), what: what, fix: fix)
            self = .refused(outline.stages.isEmpty ? old.problems.filter { $0.severity == .error } : added + [problem])
            return
        }
        self = .converted(converted)
    }

    /// A plan without what depends on places in its text.
    private static func comparable(_ plan: Plan) -> Plan {
        var plan = plan
        plan.maskedPlaybook = ""
        plan.notCarriedOut = []
        return plan
    }
}
