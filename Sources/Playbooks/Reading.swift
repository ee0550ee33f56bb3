import Plans
import Vocabulary

/// One reading of a playbook: everything that was found wrong with it, and what of it is not carried out yet.
///
/// Lives on one thread, for the length of one `readPlaybook`.
final class Reading {
    let file: String
    /// Unknown keys are warnings.
    let lenient: Bool
    /// What else would be a warning of meaning is an error.
    let strict: Bool
    /// Which agents are wanted; nil: all.
    let limit: HostLimit?
    private(set) var problems: [Problem] = []
    /// In the order in which they were met; each feature once, at its first place.
    private(set) var notCarriedOut: [Problem] = []
    private var reported: Set<Problem> = []
    private var said: Set<String> = []

    init(file: String, lenient: Bool = false, strict: Bool = false, limit: HostLimit? = nil) {
        self.limit = limit
        self.file = file
        self.lenient = lenient
        self.strict = strict
    }

    var hasErrors: Bool { problems.contains { $0.severity == .error } }

    /// Adds a problem once: aliases lead to one place on many ways.
    func report(_ problem: Problem) {
        if reported.insert(problem).inserted { problems.append(problem) }
    }

    func report(_ severity: Problem.Severity, at mark: Mark, key: String, _ what: String, fix: String?) {
        report(Problem(severity, place: place(of: mark), key: key, what: what, fix: fix))
    }

    /// What would be said at fifty places is said at the first.
    func report(_ feature: LaterFeature, at cursor: Cursor) {
        guard said.insert(feature.rawValue).inserted else { return }
        let place = place(of: cursor.value.mark)
        let what = "not carried out yet: `\(feature.rawValue)`"
        notCarriedOut.append(Problem(.error, place: place, key: cursor.path, what: what, fix: feature.fix))
        report(Problem(.note, place: place, key: cursor.path, what: what, fix: feature.fix))
    }

    private func place(of mark: Mark) -> Problem.Place {
        mark.line == 0
            ? Problem.Place(file: "--set", line: 1, column: 1) : Problem.Place(file: file, line: mark.line, column: mark.column)
    }
}
