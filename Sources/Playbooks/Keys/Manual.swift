/// The manual's tables of keys, made of the reader's.
///
/// `<!-- keys: a b.* -->` in the manual stands before the table of `a` and of what is directly below `b`, `<!-- end -->` behind it.
package enum Manual {
    private static let beginning = "<!-- keys: "
    private static let end = "<!-- end -->"

    /// `manual` with its tables made anew; what stands between them is a person's and stays.
    package static func remade(_ manual: String) -> String {
        var result: [Substring] = []
        var inTable = false
        for line in manual.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == end { inTable = false }
            if !inTable { result.append(line) }
            guard line.hasPrefix(beginning) else { continue }
            inTable = true
            result += rows(of: keys(wanted(by: line))).map { $0[...] }
        }
        return result.joined(separator: "\n")
    }

    /// The keys that tables of `manual` describe, in their order and as often as they do.
    package static func described(in manual: String) -> [String] {
        manual.split(separator: "\n").filter { $0.hasPrefix(beginning) }.flatMap { keys(wanted(by: $0)) }.map(\.path)
    }

    private static func wanted(by line: Substring) -> [Substring] {
        line.dropFirst(beginning.count).dropLast(" -->".count).split(separator: " ")
    }

    private static func keys(_ wanted: [Substring]) -> [PlaybookKey] {
        wanted.flatMap { word in
            PlaybookKey.all.filter { key in
                guard word.hasSuffix("*") else { return key.path == word }
                guard key.path.hasPrefix(word.dropLast()) else { return false }
                let rest = key.path.dropFirst(word.count - 1)
                if case .old = key.status { return false }
                return !rest.isEmpty && !rest.contains(".")
            }
        }
    }

    private static func rows(of keys: [PlaybookKey]) -> [String] {
        let head = ["| key | value | example | meaning | default |", "| --- | --- | --- | --- | --- |"]
        return head
            + keys.map { key in
                "| `\(key.path)` | \(key.values) | `\(key.example)` | \(key.meaning)\(remark(on: key.status)) | \(key.standard) |"
            }
    }

    private static func remark(on status: PlaybookKey.Status) -> String {
        switch status {
        case .carriedOut, .withoutEffect: ""
        case .later(let accepted): ". Carried out now: \(accepted)"
        case .old(let advice): ": \(advice)"
        }
    }
}
