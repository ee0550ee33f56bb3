import Plans
import Vocabulary

/// How a playbook is to be read.
package struct PlaybookOptions: Sendable {
    /// Unknown keys are warnings.
    package var lenient: Bool
    /// Doubtful meaning (DELETE outweighing PUT) is an error.
    package var strict: Bool
    /// `--set path.to.key=value`, in order; the value is YAML.
    package var overrides: [(key: String, value: String)]
    /// `--limit`: which agents are wanted, by id or host; nil: all.
    package var limit: HostLimit?
    /// Where `${VAR}` looks, and `HOME` for `~/`.
    package var environment: [String: String]

    package init(
        lenient: Bool = false, strict: Bool = false, overrides: [(key: String, value: String)] = [], environment: [String: String] = [:]
    ) {
        self.lenient = lenient
        self.strict = strict
        self.overrides = overrides
        self.environment = environment
    }
}

/// What came of reading a playbook.
package struct PlaybookReading: Sendable {
    /// nil where there is an error among the problems; what it asks for in vain stands in its `notCarriedOut`.
    package var plan: Plan?
    /// Errors, warnings and, as notes, what is not carried out yet; in the order of the file.
    package var problems: [Problem]
    package var hasErrors: Bool { problems.contains { $0.severity == .error } }
}

/// Reads, checks and resolves a playbook. Never throws: whatever is wrong stands in `problems`, all of it at once.
///
/// `text` nil: the file at `path` is read (at most `YAMLDocument.sizeLimit` of it).
package func readPlaybook(path: String, text: String? = nil, options: PlaybookOptions = PlaybookOptions()) -> PlaybookReading {
    let reading = Reading(file: path, lenient: options.lenient, strict: options.strict, limit: options.limit)
    var plan: Plan?
    do {
        let text = try text ?? PlaybookFile.read(path)
        var document = YAMLDocument(file: path)
        var root = try document.read(text)
        for (key, value) in options.overrides { Override(key: key, text: value).apply(to: &root, reading: reading) }
        root = Variables(environment: options.environment, reading: reading).expand(root)
        let cursor = Cursor(value: root, path: "", reading: reading, kind: .section(.playbook))
        if let playbook = Playbook(cursor) {
            plan = Planner(playbook: playbook, path: path, environment: options.environment, reading: reading).plan()
            plan?.maskedPlaybook = mask(text, root: root, overrides: options.overrides)
            plan?.notCarriedOut = inOrder(reading.notCarriedOut, of: path)
        }
    } catch let refusal as YAMLDocument.Refusal {
        reading.report(refusal.problem)
    } catch {
        reading.report(Problem(.error, place: Problem.Place(file: path, line: 1, column: 1), what: "\(error)"))
    }
    return PlaybookReading(
        plan: reading.hasErrors ? nil : plan, problems: inOrder(reading.problems, of: path) + [reading.remark].compactMap(\.self))
}

/// By place; what has no place in the file comes last.
private func inOrder(_ problems: [Problem], of file: String) -> [Problem] {
    func rank(_ problem: Problem) -> (Int, Int) {
        guard let place = problem.place, place.file == file else { return (.max, 0) }
        return (place.line, place.column)
    }
    return problems.enumerated()
        .sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
        .map(\.element)
}

private func < (a: ((Int, Int), Int), b: ((Int, Int), Int)) -> Bool {
    a.0 == b.0 ? a.1 < b.1 : a.0 < b.0
}
