import Vocabulary

/// One key of the format: what may stand behind it, and what it means.
///
/// The reader reads by these; the schema and the manual's tables are made of them. A key is described in this one place.
struct Key: Sendable {
    /// Whether the key takes effect.
    enum Effect: Sendable {
        case carriedOut
        /// Read, checked and planned; `run` refuses a plan that asks for more than `accepted`.
        case later(accepted: String)
        /// Read and checked; a warning says why it changes nothing.
        case none
        /// Of old files: known by name, a warning with this advice.
        case stale(advice: String)
    }

    let name: String
    let kind: Kind
    let meaning: String
    /// What holds where it is left out, in words.
    let standard: String
    /// A value as it may be written.
    let example: String
    let effect: Effect

    init(_ name: String, _ kind: Kind, _ meaning: String, standard: String = "", example: String, effect: Effect = .carriedOut) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
        self.standard = standard
        self.example = example
        self.effect = effect
    }

    static func stale(_ name: String, _ advice: String) -> Key {
        Key(name, .anything, "an old key without effect", example: "1", effect: .stale(advice: advice))
    }

    var isStale: Bool { if case .stale = effect { true } else { false } }
}

/// What may stand behind a key.
indirect enum Kind: Sendable {
    case text
    case boolean
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// Seconds, or a number with a unit.
    case duration(atLeast: Duration = .zero)
    /// Longer than nothing.
    case positiveDuration
    /// Bytes, or a number with a unit.
    case size(atLeast: Int64 = 0)
    case words([String])
    /// A size, or a map that says how sizes are spread.
    case sizes
    /// A map with keys of its own choice and texts as values.
    case texts
    case list(Kind)
    case section(KeyTable)
    case either([Kind])
    case anything

    /// This kind, or those that it is one of.
    var alternatives: [Kind] { if case .either(let kinds) = self { kinds } else { [self] } }

    /// The map that may stand here.
    var table: KeyTable? {
        for kind in alternatives {
            if case .section(let table) = kind { return table }
            if case .sizes = kind { return .sizes }
        }
        return nil
    }

    /// What a list's entries are.
    var element: Kind? {
        for case .list(let element) in alternatives { return element }
        return nil
    }
}

/// The keys of one map of the format.
final class KeyTable: Sendable {
    let keys: [Key]
    /// Keys without which the map means nothing, whatever else is in it.
    let required: [String]
    private let byName: [String: Key]

    init(_ keys: [Key], required: [String] = []) {
        self.keys = keys
        self.required = required
        byName = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })
    }

    subscript(name: String) -> Key? { byName[name] }

    var names: [String] { keys.map(\.name) }
}
