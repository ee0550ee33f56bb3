import Vocabulary

/// A key of the format as the manual describes it: what stands in several places is described once.
package struct PlaybookKey: Sendable {
    package enum Status: Sendable, Equatable {
        case carriedOut
        /// `run` refuses a playbook that says more than `accepted`.
        case later(accepted: String)
        /// A warning says why it changes nothing.
        case withoutEffect
        case old(advice: String)
    }

    /// `distributed.agents[].id`; `size_spec.…` and `barrier.…` for what stands in several places.
    package let path: String
    /// What may stand there, in words.
    package let values: String
    package let meaning: String
    package let standard: String
    package let example: String
    package let status: Status

    /// Every key, in the order of the tables.
    package static let all: [PlaybookKey] = {
        var keys: [PlaybookKey] = []
        // Their keys are those of `size_spec` and of a stage itself.
        var seen: [KeyTable] = [.uniformSizes, .lognormalSizes, .stageSettings]
        describe(.playbook, at: "", into: &keys, seen: &seen)
        return keys
    }()

    private static func describe(_ table: KeyTable, at path: String, into keys: inout [PlaybookKey], seen: inout [KeyTable]) {
        seen.append(table)
        for key in table.keys {
            let own = path.isEmpty ? key.name : "\(path).\(key.name)"
            keys.append(PlaybookKey(key, path: own))
            guard let below = key.kind.table ?? key.kind.element?.table, !seen.contains(where: { $0 === below }) else { continue }
            let name =
                below === KeyTable.sizes
                ? "size_spec" : below === KeyTable.barrier ? "barrier" : below === KeyTable.steadyState ? "steady_state" : own
            describe(below, at: key.kind.table == nil ? "\(name)[]" : name, into: &keys, seen: &seen)
        }
    }

    private init(_ key: Key, path: String) {
        self.path = path
        values = key.kind.words
        meaning = key.meaning
        standard = key.standard
        example = key.example
        status =
            switch key.effect {
            case .carriedOut: .carriedOut
            case .later(let accepted): .later(accepted: accepted)
            case .none: .withoutEffect
            case .stale(let advice): .old(advice: advice)
            }
    }
}

extension Kind {
    /// For a person: `1 to 65536`, `a duration`.
    var words: String {
        switch self {
        case .text: return "text"
        case .boolean: return "`true`, `false`"
        case .integer(let range):
            return range.upperBound == .max ? "a number from \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            let least = plain(range.lowerBound)
            return range.upperBound > 1e11 ? "a number from \(least)" : "\(least) to \(plain(range.upperBound))"
        case .duration(let least): return least == .zero ? "a duration" : "a duration from \(least.written)"
        case .positiveDuration: return "a duration above 0"
        case .size(let least): return least == 0 ? "a size" : "a size from \(least) B"
        case .words(let words): return words.map { "`\($0)`" }.joined(separator: ", ")
        case .sizes: return "a size, or a map"
        case .texts: return "a map of texts"
        case .list(let kind):
            if case .section = kind { return "a list of maps" }
            return "a list of texts"
        case .section: return "a map"
        case .either(let kinds): return kinds.map(\.words).joined(separator: ", ")
        case .anything: return "anything"
        }
    }

    private func plain(_ number: Double) -> String { number == number.rounded() ? "\(Int(number))" : "\(number)" }
}
