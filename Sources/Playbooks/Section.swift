import Vocabulary

/// A map of the file, read key by key: what nobody asked for by the time it is closed is an unknown key.
final class Section {
    let cursor: Cursor
    private var pairs: [String: YAMLValue.Pair] = [:]
    private var order: [String] = []
    private var asked: [String] = []
    private let schemaPath: String

    /// nil, and a problem, where there is no map.
    init?(_ cursor: Cursor) {
        self.cursor = cursor
        schemaPath = Section.schema(cursor.path)
        guard case .mapping(let pairs) = cursor.value.content else {
            cursor.fail("should be a map, not \(cursor.value.kind)")
            return nil
        }
        for pair in pairs {
            self.pairs[pair.key] = pair
            order.append(pair.key)
        }
    }

    private var reading: Reading { cursor.reading }

    /// Whether the key is written, be it with nothing behind it.
    func has(_ key: String) -> Bool { pairs[key] != nil }

    /// The value of `key`, nil where it is not written or null; the key is known from now on.
    func take(_ key: String) -> Cursor? {
        know(key)
        guard let pair = pairs[key] else { return nil }
        if case .null = pair.value.content { return nil }
        return at(pair)
    }

    /// Where `key` is written, even with nothing behind it.
    func place(of key: String) -> Cursor? {
        guard let pair = pairs[key] else { return nil }
        return Cursor(value: YAMLValue(content: pair.value.content, mark: pair.keyMark), path: path(key), reading: reading)
    }

    /// A key of old files: known, without effect, with advice.
    func stale(_ key: String, _ advice: String) {
        know(key)
        if pairs[key] != nil { place(of: key)?.warn("an old key without effect", fix: advice) }
    }

    /// Reports a key that must be there.
    func missing(_ key: String, fix: String? = nil) {
        reading.report(.error, at: cursor.value.mark, key: path(key), "is missing", fix: fix)
    }

    /// Reports every key that nobody asked for.
    func close() {
        for key in order where !asked.contains(key) {
            guard let place = place(of: key) else { continue }
            let near = nearest(to: key, among: asked).map { "did you mean `\($0)`?" }
            let fix = key.allSatisfy(\.isNumber) ? "inside braces a comma parts entries: write 1_000 or \"1,000\" there" : near
            if reading.lenient {
                place.warn("unknown key, ignored", fix: fix)
            } else {
                place.fail("unknown key", fix: fix ?? "known here: \(asked.sorted().joined(separator: ", "))")
            }
        }
    }

    private func know(_ key: String) {
        if !asked.contains(key) { asked.append(key) }
        reading.know(schemaPath.isEmpty ? key : "\(schemaPath).\(key)")
    }

    private func at(_ pair: YAMLValue.Pair) -> Cursor {
        Cursor(value: pair.value, path: path(pair.key), reading: reading)
    }

    private func path(_ key: String) -> String { cursor.path.isEmpty ? key : "\(cursor.path).\(key)" }

    /// `a[3].b` → `a[].b`
    private static func schema(_ path: String) -> String {
        var result = ""
        var inside = false
        for character in path {
            if character == "]" { inside = false }
            if !inside { result.append(character) }
            if character == "[" { inside = true }
        }
        return result
    }
}
