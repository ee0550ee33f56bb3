/// Something wrong with what a person gave us, in a form that leads to its mend.
package struct Problem: Hashable, Sendable, Codable, CustomStringConvertible {
    package enum Severity: String, Sendable, Codable {
        case error, warning
        /// Right, and to be known.
        case note
    }

    /// Where in a file; lines and columns count from 1.
    package struct Place: Hashable, Sendable, Codable, CustomStringConvertible {
        package var file: String
        package var line: Int
        package var column: Int

        package init(file: String, line: Int, column: Int) {
            self.file = file
            self.line = line
            self.column = column
        }

        package var description: String { "\(file):\(line):\(column)" }
    }

    package var severity: Severity
    package var place: Place?
    /// The key's path, `distributed.agents[2].id`; empty where none applies.
    package var key: String
    package var what: String
    package var fix: String?

    package init(_ severity: Severity, place: Place? = nil, key: String = "", what: String, fix: String? = nil) {
        self.severity = severity
        self.place = place
        self.key = key
        self.what = what
        self.fix = fix
    }

    /// `file:line:column: error: key: what` and, on a line of its own, `  fix: …`.
    package var description: String {
        var text = place.map { "\($0): " } ?? ""
        text += "\(severity.rawValue): "
        if !key.isEmpty { text += "\(key): " }
        text += what
        if let fix { text += "\n  fix: \(fix)" }
        return text
    }
}

/// A text that must not be shown: it prints as `•••` and is not `Codable`.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself; only what hands it to its rightful reader may ask for it.
    package let revealed: String
    package init(_ revealed: String) { self.revealed = revealed }
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
