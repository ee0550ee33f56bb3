import Vocabulary

/// A value of the file together with the way to it, so that whatever is wrong with it can be said with its place.
///
/// What may stand there, bounds and words among it, is what the key's `kind` says: asking for something else is our own mistake.
struct Cursor {
    let value: YAMLValue
    /// `distributed.agents[1].id`
    let path: String
    let reading: Reading
    var kind: Kind = .anything

    func fail(_ what: String, fix: String? = nil) {
        reading.report(.error, at: value.mark, key: path, what, fix: fix)
    }

    func warn(_ what: String, fix: String? = nil) {
        reading.report(.warning, at: value.mark, key: path, what, fix: fix)
    }

    /// What stands here is understood and planned, and this build does not carry it out: `run` refuses it by name.
    func later(_ feature: LaterFeature) { reading.report(feature, at: self) }

    /// A text; numbers and booleans are taken as they are written.
    func string() -> String? {
        if case .scalar(let text) = value.content { return text }
        fail("should be a text, not \(value.kind)")
        return nil
    }

    /// A text that is not empty.
    func word() -> String? {
        guard let text = string() else { return nil }
        if text.isEmpty { fail("must not be empty") }
        return text.isEmpty ? nil : text
    }

    func boolean() -> Bool? {
        guard case .scalar(let text) = value.content else {
            fail("should be true or false, not \(value.kind)")
            return nil
        }
        switch text {
        case "true", "True", "TRUE": return true
        case "false", "False", "FALSE": return false
        default:
            let meant = ["yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"][text.lowercased()]
            fail("should be true or false, not `\(text)`", fix: meant)
            return nil
        }
    }

    func integer() -> Int? {
        let range = expected { if case .integer(let range) = $0 { range } else { nil } }
        guard case .scalar(let text) = value.content, let number = Quantity.integer(text) else {
            fail("should be a whole number, not \(value.kind)", fix: writtenOut)
            return nil
        }
        guard range.contains(number) else {
            fail("must be \(describe(range)), not \(number)")
            return nil
        }
        return number
    }

    func number() -> Double? {
        let range = expected { if case .number(let range) = $0 { range } else { nil } }
        guard case .scalar(let text) = value.content, let number = Quantity.number(text) else {
            fail("should be a number, not \(value.kind)")
            return nil
        }
        guard range.contains(number) else {
            let least = plain(range.lowerBound)
            let unbounded = range.upperBound == .greatestFiniteMagnitude
            let bounds = unbounded ? "at least \(least)" : "between \(least) and \(plain(range.upperBound))"
            fail("must be \(bounds), not \(text)")
            return nil
        }
        return number
    }

    /// Seconds as a bare number, or units; at most ten years.
    func duration() -> Duration? {
        let bounds: (minimum: Duration, isPositive: Bool) = expected {
            switch $0 {
            case .duration(let minimum): (minimum, false)
            case .positiveDuration: (.zero, true)
            default: nil
            }
        }
        guard case .scalar(let text) = value.content, let duration = Quantity.duration(text) else {
            fail("should be a duration, not \(value.kind)", fix: "seconds, or units: 500ms, 30s, 5m, 2h, 1d, 1h30m")
            return nil
        }
        guard duration >= bounds.minimum, duration <= Quantity.longestDuration else {
            let what =
                bounds.minimum == .zero
                ? "must be between 0 s and ten years, not \(text)" : "must be at least \(bounds.minimum.written), not \(text)"
            fail(what)
            return nil
        }
        if bounds.isPositive, duration == .zero {
            fail("must be longer than 0 s")
            return nil
        }
        return duration
    }

    func size() -> ByteCount? {
        let minimum: Int64 = expected {
            switch $0 {
            case .size(let minimum): minimum
            case .sizes: 0
            default: nil
            }
        }
        guard case .scalar(let text) = value.content else {
            fail("should be a size, not \(value.kind)")
            return nil
        }
        guard let size = Quantity.size(text) else {
            fail("should be a size, not `\(text)`", fix: "bytes, or units: 64KiB is 65536 bytes, 64KB is 64000")
            return nil
        }
        guard size.bytes >= minimum else {
            fail("must be at least \(minimum) bytes, not \(text)")
            return nil
        }
        return size
    }

    /// What `table` makes of the word that stands here.
    func choice<T>(_ table: KeyValuePairs<String, T>) -> T? {
        let words = table.map(\.key)
        let known: [String] = expected { if case .words(let words) = $0 { words } else { nil } }
        precondition(words == known, "\(path) is read with other words than its table has")
        guard case .scalar(let text) = value.content else {
            fail("should be one of \(words.joined(separator: ", ")), not \(value.kind)")
            return nil
        }
        if let found = table.first(where: { $0.key == text })?.value { return found }
        let near = nearest(to: text.lowercased(), among: words)
        fail("should be one of \(words.joined(separator: ", ")), not `\(text)`", fix: near.map { "did you mean `\($0)`?" })
        return nil
    }

    /// The entries of a list.
    func items() -> [Cursor]? {
        guard case .sequence(let values) = value.content else {
            fail("should be a list, not \(value.kind)", fix: "begin each entry with `- `")
            return nil
        }
        let element = kind.element ?? .anything
        return values.enumerated().map { Cursor(value: $1, path: "\(path)[\($0)]", reading: reading, kind: element) }
    }

    /// A map with keys of its own choice and texts as values.
    func texts() -> [String: String]? {
        guard case .mapping(let pairs) = value.content else {
            fail("should be a map, not \(value.kind)")
            return nil
        }
        var texts: [String: String] = [:]
        for pair in pairs {
            if case .null = pair.value.content {
                texts[pair.key] = ""
            } else {
                texts[pair.key] = Cursor(value: pair.value, path: "\(path).\(pair.key)", reading: reading).string()
            }
        }
        return texts
    }

    /// The map that stands here, to be read key by key.
    func section() -> Section? { Section(self) }

    /// What `find` makes of the kind of value that the key's table has.
    private func expected<T>(_ find: (Kind) -> T?) -> T {
        for alternative in kind.alternatives {
            if let found = find(alternative) { return found }
        }
        preconditionFailure("\(path) is read as something else than its table says")
    }

    /// `5k` as a whole number, which knows no such units.
    private var writtenOut: String? {
        guard case .scalar(let text) = value.content, let unit = text.last, let factor = ["k": 1000, "m": 1_000_000][unit.lowercased()],
            let number = Quantity.number(String(text.dropLast())), (0..<1e9).contains(number)
        else { return nil }
        return "\(Int(number * Double(factor)))"
    }

    private func plain(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
    }

    private func describe(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max ? "at least \(range.lowerBound)" : "between \(range.lowerBound) and \(range.upperBound)"
    }
}

/// A value and where it was written.
struct Located<T> {
    var value: T
    var at: Cursor
}
