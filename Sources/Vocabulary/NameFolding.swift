/// Names as one text, those that differ in a number alone together: `node[01-14,17], gate`. In natural order.
package func folded(_ names: some Sequence<String>) -> String {
    var rest = Array(Set(names)).sorted(by: naturallyPrecedes).map(NumberedName.init)
    var parts: [(first: String, text: String)] = []
    while let group = NumberedName.largestGroup(of: rest) {
        let members = Set(group.members.map { rest[$0].text })
        parts.append((rest[group.members[0]].text, group.text(of: rest)))
        rest.removeAll { members.contains($0.text) }
    }
    parts += rest.map { ($0.text, $0.text) }
    return parts.sorted { naturallyPrecedes($0.first, $1.first) }.map(\.text).joined(separator: ", ")
}

/// A name cut at its numbers: what stands between them, and they.
private struct NumberedName {
    let text: String
    /// Numbers at the odd places, as they are written; more than 15 digits are no number.
    let pieces: [String]

    init(_ text: String) {
        self.text = text
        var pieces = [""]
        for character in text {
            let isDigit = character.isASCII && character.isNumber
            if isDigit == pieces.count.isMultiple(of: 2) {
                pieces[pieces.count - 1].append(character)
            } else {
                pieces.append(String(character))
            }
        }
        self.pieces = pieces
    }

    struct Group {
        /// The piece in which the members differ.
        let place: Int
        /// Their indices, in order.
        let members: [Int]

        func text(of names: [NumberedName]) -> String {
            let pieces = names[members[0]].pieces
            let numbers = NumberedName.ranges(members.map { names[$0].pieces[place] })
            return pieces[..<place].joined() + "[\(numbers)]" + pieces[(place + 1)...].joined()
        }
    }

    /// What names that differ in one number alone have in common.
    private struct Pattern: Hashable {
        let place: Int
        let otherPieces: [String]
    }

    /// The most names that differ in one number alone, of as many those whose number stands last; nil where no two do.
    static func largestGroup(of names: [NumberedName]) -> Group? {
        var groups: [Pattern: [Int]] = [:]
        for (index, name) in names.enumerated() {
            for place in stride(from: 1, to: name.pieces.count, by: 2) where name.pieces[place].count <= 15 {
                var others = name.pieces
                others[place] = ""
                groups[Pattern(place: place, otherPieces: others), default: []].append(index)
            }
        }
        // In the end by the first name, since no two groups of one place share one: the order of a dictionary is chance.
        let best = groups.max {
            ($0.value.count, $0.key.place, -$0.value[0]) < ($1.value.count, $1.key.place, -$1.value[0])
        }
        guard let best, best.value.count > 1 else { return nil }
        return Group(place: best.key.place, members: best.value)
    }

    /// `01-14,17`: runs of consecutive numbers that are written with as many digits, or without leading zeros.
    private static func ranges(_ numbers: [String]) -> String {
        var runs: [(first: String, last: String)] = []
        for number in numbers.sorted(by: { (Int($0) ?? 0, $0.count) < (Int($1) ?? 0, $1.count) }) {
            if let last = runs.last?.last, follows(number, last) {
                runs[runs.count - 1].last = number
            } else {
                runs.append((number, number))
            }
        }
        return runs.map { $0.first == $0.last ? $0.first : "\($0.first)-\($0.last)" }.joined(separator: ",")
    }

    private static func follows(_ number: String, _ last: String) -> Bool {
        let isAlike = number.count == last.count || !(number.hasPrefix("0") || last.hasPrefix("0"))
        return isAlike && Int(number) == Int(last).map { $0 + 1 }
    }
}
