import Vocabulary

/// `--limit`: the part of the hosts that a command is to be about.
///
/// Names with commas between, with ranges (`node[01-14]`), `*` and `?`, and `!` before those to leave out; where only such stand, all others stay.
package struct HostLimit: Sendable, Equatable {
    package let text: String
    private var wanted: [String] = []
    private var unwanted: [String] = []

    package init(_ text: String) throws(AddressError) {
        self.text = text
        for part in AgentAddress.separated(text) {
            let isUnwanted = part.hasPrefix("!")
            guard let names = AgentAddress.expandRange(isUnwanted ? String(part.dropFirst()) : part) else {
                throw AddressError("`\(part)` is no pattern of hosts", fix: "node[01-14], node*, !node07")
            }
            if isUnwanted { unwanted += names } else { wanted += names }
        }
        guard !(wanted + unwanted).isEmpty else { throw AddressError("`\(text)` names no host", fix: "node[01-14], node*, !node07") }
    }

    /// `names`: all that a host goes by, its groups among them.
    package func admits(_ names: [String]) -> Bool {
        let matches = { (patterns: [String]) in patterns.contains { pattern in names.contains { Pattern.matches($0, pattern) } } }
        return !matches(unwanted) && (wanted.isEmpty || matches(wanted))
    }
}
