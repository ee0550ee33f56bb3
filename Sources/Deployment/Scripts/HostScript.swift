/// A small shell script with the words that it is given, as one command line for a host's login shell.
///
/// Login shells differ: `exec /bin/sh -c '…' words…` is read alike by sh, bash, dash, busybox, zsh, csh and fish as long as the script has
/// one line, no single quote, no `!` (csh's history) and no doubled backslash (fish's escape), and the words are plain.
///
/// What a login shell prints of itself is told from what the script says by a marker: every line of ours has `@muster:<nonce> ` in it.
package struct HostScript: Sendable, Equatable {
    /// The script proper on one line.
    package let text: String
    /// `$1` is the nonce, these are `$2` and what follows.
    package let words: [String]
    package let nonce: String

    init(_ parts: [String], words: [String], nonce: String = HostScript.freshNonce()) {
        text = parts.flatMap { $0.split(whereSeparator: \.isNewline) }.map { $0.drop(while: { $0 == " " }) }.joined(separator: " ")
        self.words = words
        self.nonce = nonce
        precondition(
            !text.contains("'") && !text.contains("!") && !text.contains("\\\\"), "a login shell would read this script differently")
    }

    /// What the login shell is given.
    package var command: String {
        (["exec /bin/sh -c '\(text)' muster", shellQuoted(nonce)] + words.map(shellQuoted)).joined(separator: " ")
    }

    /// What stands before each thing that the script says.
    package var marker: String { "@muster:\(nonce) " }

    private static func freshNonce() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
