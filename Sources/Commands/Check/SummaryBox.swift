/// A titled part of a summary, drawn with lines on its left, above and below.
struct SummaryBox {
    private static let width = 64
    private let title: String
    private var lines: [String] = []

    init(_ title: String) { self.title = title }

    /// A name and its value; without a name the value goes on with the row above.
    mutating func row(_ name: String, _ value: String) {
        let head = name.isEmpty ? "" : name + ":"
        lines.append("│ \(head)\(String(repeating: " ", count: max(1, 15 - head.count)))\(value)")
    }

    mutating func line(_ text: String) { lines.append("│ \(text)") }

    mutating func detail(_ text: String) { lines.append("│       \(text)") }

    mutating func gap() { lines.append("│") }

    /// Says how many entries are not shown, where there are any.
    mutating func more(_ count: Int, _ what: String) {
        if count > 0 { lines.append("│ … and \(count) \(what) more") }
    }

    var text: String {
        let dashes = String(repeating: "─", count: max(1, Self.width - title.count - 4))
        let bottom = "└" + String(repeating: "─", count: Self.width - 1)
        return (["┌─ \(title) \(dashes)"] + lines + [bottom]).joined(separator: "\n")
    }
}
