import Vocabulary

/// One `--set path.to.key=value`: puts a value into the document before it is read.
struct Override {
    /// `duration`, `distributed.agents[0].id`, `distributed.agents.0.id`
    let key: String
    let text: String

    func apply(to root: inout YAMLValue, reading: Reading) {
        let steps = key.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }).map(String.init)
        var document = YAMLDocument(file: "--set")
        do throws(YAMLDocument.Refusal) {
            guard !steps.isEmpty else { throw failure("names no key") }
            let value = text.isEmpty ? YAMLValue(content: .null, mark: .fromCommandLine) : try document.read(text)
            try put(marked(value), into: &root, steps[...])
        } catch {
            var problem = error.problem
            problem.key = key
            reading.report(problem)
        }
    }

    private func put(_ value: YAMLValue, into node: inout YAMLValue, _ steps: ArraySlice<String>) throws(YAMLDocument.Refusal) {
        guard let step = steps.first else {
            node = value
            return
        }
        switch node.content {
        case .sequence(var items):
            guard let index = Int(step), items.indices.contains(index) else {
                throw failure("there is no entry \(step) in a list of \(items.count)")
            }
            try put(value, into: &items[index], steps.dropFirst())
            node.content = .sequence(items)
        case .mapping(var pairs):
            let index = pairs.firstIndex { $0.key == step } ?? pairs.count
            if index == pairs.count {
                let empty = YAMLValue(content: .null, mark: .fromCommandLine)
                pairs.append(YAMLValue.Pair(key: step, keyMark: .fromCommandLine, value: empty))
            }
            try put(value, into: &pairs[index].value, steps.dropFirst())
            node.content = .mapping(pairs)
        case .null:
            node.content = .mapping([])
            try put(value, into: &node, steps)
        case .scalar:
            throw failure("`\(step)` cannot be set below a plain value")
        }
    }

    private func marked(_ value: YAMLValue) -> YAMLValue {
        var value = value
        value.mark = .fromCommandLine
        switch value.content {
        case .null, .scalar: break
        case .sequence(let items): value.content = .sequence(items.map(marked))
        case .mapping(let pairs):
            value.content = .mapping(pairs.map { YAMLValue.Pair(key: $0.key, keyMark: .fromCommandLine, value: marked($0.value)) })
        }
        return value
    }

    private func failure(_ what: String) -> YAMLDocument.Refusal {
        YAMLDocument.Refusal(problem: Problem(.error, place: Problem.Place(file: "--set", line: 1, column: 1), key: key, what: what))
    }
}
