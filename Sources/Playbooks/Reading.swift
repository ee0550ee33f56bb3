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
    /// Problems that are kept; of more only the number.
    static let problemLimit = 1000

    private(set) var problems: [Problem] = []
    private var dropped: (problems: Int, errors: Int) = (0, 0)
    /// In the order in which they were met; each feature once, at its first place.
    private(set) var notCarriedOut: [Problem] = []
    private var reported: Set<Problem> = []
    private var said: Set<String> = []
    /// Keys whose value is not known, and that have been told of: what else is wrong with them follows from that.
    private var unknown: Set<String> = []
    private var unknownPlaces: Set<Problem> = []

    init(file: String, lenient: Bool = false, strict: Bool = false, limit: HostLimit? = nil) {
        self.limit = limit
        self.file = file
        self.lenient = lenient
        self.strict = strict
    }

    var hasErrors: Bool { dropped.errors > 0 || problems.contains { $0.severity == .error } }
    /// Whether another problem would be kept: else the words for it need not be looked for.
    var hasRoom: Bool { problems.count < Self.problemLimit }

    /// What is to be said of the problems that were not kept; nil where there are none.
    var remark: Problem? {
        guard dropped.problems > 0 else { return nil }
        return Problem(dropped.errors > 0 ? .error : .warning, what: "and \(dropped.problems) more", fix: "mend these first")
    }

    /// Adds a problem once: aliases lead to one place on many ways.
    func report(_ problem: Problem) {
        guard hasRoom else {
            dropped.problems += 1
            if problem.severity == .error { dropped.errors += 1 }
            return
        }
        if reported.insert(problem).inserted { problems.append(problem) }
    }

    func report(_ severity: Problem.Severity, at mark: Mark, key: String, _ what: String, fix: String?) {
        guard !isUnknown(key) else { return }
        report(Problem(severity, place: place(of: mark), key: key, what: what, fix: fix))
    }

    /// Tells that the value at `cursor` cannot be known; aliases lead to one place on many ways, and it is told of once.
    func reportUnknown(_ cursor: Cursor, _ what: String, fix: String) {
        unknown.insert(cursor.path)
        let mark = cursor.value.mark
        var problem = Problem(.error, place: place(of: mark), what: what, fix: fix)
        guard mark == .fromCommandLine || unknownPlaces.insert(problem).inserted else { return }
        problem.key = cursor.path
        report(problem)
    }

    /// Whether `what` was not yet said of this playbook; from now on it was.
    func isFirst(_ what: String) -> Bool { said.insert(what).inserted }

    func isUnknown(_ key: String) -> Bool { !unknown.isEmpty && unknown.contains(key) }

    /// What would be said at fifty places is said at the first.
    func report(_ feature: LaterFeature, at cursor: Cursor) {
        guard isFirst(feature.rawValue) else { return }
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
