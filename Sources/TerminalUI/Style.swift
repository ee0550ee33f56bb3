/// Colours of a line, by what it says; none where colour is off.
enum Style: String {
    case good = "32", warning = "33", bad = "31", live = "36", faint = "2", strong = "1"

    func callAsFunction(_ line: String, _ color: Bool) -> String { color ? "\u{1B}[\(rawValue)m\(line)\u{1B}[0m" : line }
}

/// A line with the style that it is shown in; an error's text may make it several.
///
/// Control characters are shown as `?`: what a host says never moves the cursor.
struct StyledLine {
    var text: String
    var style: Style?
    /// Never broken, whatever the width: what a person copies.
    var isWhole: Bool

    init(_ text: String, _ style: Style? = nil, isWhole: Bool = false) {
        self.isWhole = isWhole
        self.text = String(String.UnicodeScalarView(text.unicodeScalars.map { Self.isHarmless($0) ? $0 : "?" }))
        self.style = style
    }

    /// Unbroken and without colour.
    var plain: String { String(text.map { $0 == "\u{A0}" ? " " : $0 }) }

    func rendered(columns: Int, color: Bool) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { isWhole ? [String($0)] : wrap(String($0), columns: columns) }
            .map { style?($0, color) ?? $0 }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar.properties.generalCategory != .control
    }
}
