import Vocabulary

/// One reading of a playbook: everything that was found wrong with it, and every key that was asked for.
///
/// Lives on one thread, for the length of one `readPlaybook`.
final class Reading {
    let file: String
    /// Unknown keys are warnings.
    let lenient: Bool
    /// What else would be a warning of meaning is an error.
    let strict: Bool
    private(set) var problems: [Problem] = []
    /// Every key that the format has, as far as this file led there: `distributed.agents[].id`.
    private(set) var knownKeys: Set<String> = []
    private var reported: Set<Problem> = []
    private var said: Set<String> = []

    init(file: String, lenient: Bool = false, strict: Bool = false) {
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
        let place =
            mark.line == 0
            ? Problem.Place(file: "--set", line: 1, column: 1)
            : Problem.Place(file: file, line: mark.line, column: mark.column)
        report(Problem(severity, place: place, key: key, what: what, fix: fix))
    }

    /// Whether `subject` comes up for the first time: what would be said at fifty places is said at one.
    func isFirst(_ subject: String) -> Bool { said.insert(subject).inserted }

    func know(_ key: String) { knownKeys.insert(key) }
}
