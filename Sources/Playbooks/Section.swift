import Vocabulary

/// A map of the file, read key by key with its table; what nobody asked for by the time it is closed does not belong there.
final class Section {
    let cursor: Cursor
    private let table: KeyTable
    private var pairs: [String: YAMLValue.Pair] = [:]
    private var order: [String] = []
    private var asked: Set<String> = []

    /// nil, and a problem, where there is no map.
    init?(_ cursor: Cursor) {
        guard let table = cursor.kind.table else { preconditionFailure("\(cursor.path) is read as a map, and its table says otherwise") }
        self.cursor = cursor
        self.table = table
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

    /// Whether something is written behind the key.
    func has(_ key: String) -> Bool {
        guard let pair = pairs[key] else { return false }
        if case .null = pair.value.content { return false }
        return true
    }

    /// The value of `key`, nil where it is not written or null.
    func take(_ key: String) -> Cursor? {
        precondition(table[key] != nil, "`\(key)` is read, and its table lacks it")
        asked.insert(key)
        guard let pair = pairs[key] else { return nil }
        if case .null = pair.value.content { return nil }
        return at(pair)
    }

    /// What `read` makes of the value of `key`, with its place.
    func located<T>(_ key: String, _ read: (Cursor) -> T?) -> Located<T>? {
        guard let at = take(key), let value = read(at) else { return nil }
        return Located(value: value, at: at)
    }

    /// Where `key` is written, even with nothing behind it.
    func place(of key: String) -> Cursor? {
        guard let pair = pairs[key] else { return nil }
        return Cursor(value: YAMLValue(content: pair.value.content, mark: pair.keyMark), path: path(key), reading: reading)
    }

    /// Reports a key that must be there; one that is there and misspelt is told of as that.
    func missing(_ key: String, fix: String? = nil) {
        let isMisspelt = order.contains { table[$0] == nil && nearest(to: $0, among: table.names) == key }
        guard !isMisspelt || reading.lenient else { return }
        reading.report(.error, at: cursor.value.mark, key: path(key), "is missing", fix: fix)
    }

    /// Warns of old keys, and reports every key that nobody asked for.
    func close() {
        for key in order where !asked.contains(key) {
            guard let place = place(of: key) else { continue }
            guard let known = table[key] else {
                // Holds what anchors name, as in other formats.
                if table === KeyTable.playbook, key.hasPrefix("x-") { continue }
                report(unknown: key, at: place)
                continue
            }
            if case .stale(let advice) = known.effect {
                place.warn("an old key without effect", fix: advice)
            } else {
                place.fail("does not belong here", fix: "leave it out")
            }
        }
    }

    private func report(unknown key: String, at place: Cursor) {
        guard reading.hasRoom else { return reading.lenient ? place.warn("unknown key, ignored") : place.fail("unknown key") }
        let near = nearest(to: key, among: table.names).map { "did you mean `\($0)`?" }
        let fix = key.allSatisfy(\.isNumber) ? YAMLDocument.commaInBraces : near
        if reading.lenient {
            place.warn("unknown key, ignored", fix: fix)
        } else {
            let known = table.keys.filter { !$0.isStale }.map(\.name).sorted().joined(separator: ", ")
            place.fail("unknown key", fix: fix ?? "known here: \(known)")
        }
    }

    private func at(_ pair: YAMLValue.Pair) -> Cursor {
        Cursor(value: pair.value, path: path(pair.key), reading: reading, kind: table[pair.key]?.kind ?? .anything)
    }

    private func path(_ key: String) -> String { cursor.path.isEmpty ? key : "\(cursor.path).\(key)" }
}
