import Foundation

/// Texts that shells, quoting and files could stumble over, the same for the same seed.
package struct AnyText {
    private var state: UInt64

    package init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1 }

    private static let pieces = marks + words + (1...31 as ClosedRange<UInt8>).map { String(UnicodeScalar($0)) }
    private static let marks = [
        " ", "'", "\"", "\\", "$", "\n", "\r", "\t", "!", "*", "?", "~", "#", "&", ";", "|", "<", ">", "(", ")", "%", "=", ":", ",",
        "\u{7f}",
    ]
    private static let words = [
        "$(reboot)", "`id`", "$HOME", "${x}", "!!", "[a]", "{a,b}", "%s", "\\n", "\\'", "é", "e\u{301}", "\u{301}'", "日本", "\u{1f600}",
        "-n", "--",
        "a", "B", "0",
    ]

    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    /// Anything but NUL, perhaps nothing.
    package mutating func next() -> String { (0..<below(12)).map { _ in Self.pieces[below(Self.pieces.count)] }.joined() }

    /// Of a file.
    package mutating func name() -> String { "n" + next().replacing("/", with: "") }
}
