/// Columns that a text takes on a terminal: 2 for what East Asian width calls wide and for pictures, 0 for what combines.
package func width(of text: some StringProtocol) -> Int { text.reduce(0) { $0 + width(of: $1) } }

private func width(of character: Character) -> Int {
    // A variation selector asks for the picture form, which is wide.
    if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.properties.generalCategory == .nonspacingMark || scalar.value < 0x20 { return 0 }
    return isWide(scalar) ? 2 : 1
}

private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x20000...0x3FFFD:
        true
    default: scalar.properties.isEmojiPresentation
    }
}

/// Breaks a line at its spaces so that no part is wider than `columns`; what follows the first is indented two further.
///
/// No-break spaces hold together what belongs together and come out as spaces. A word that is wider by itself is cut.
func wrap(_ line: String, columns: Int) -> [String] {
    let limit = max(columns, 8)
    let indent = String(line.prefix { $0 == " " })
    var lines: [String] = []
    var current = indent
    var isEmpty = true
    for word in line.dropFirst(indent.count).split(separator: " ") {
        for piece in cut(word, width: limit - indent.count - 2) {
            if !isEmpty, width(of: current) + 1 + width(of: piece) > limit {
                lines.append(current)
                current = indent + "  "
                isEmpty = true
            }
            current += (isEmpty ? "" : " ") + piece
            isEmpty = false
        }
    }
    return (lines + [current]).map { String($0.map { $0 == "\u{A0}" ? " " : $0 }) }
}

private func cut(_ word: Substring, width limit: Int) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for character in word {
        if !piece.isEmpty, width(of: piece) + width(of: character) > max(limit, 2) {
            pieces.append(piece)
            piece = ""
        }
        piece.append(character)
    }
    return pieces + [piece]
}
