/// The word of `words` that `text` was most likely meant to be; nil where none is near.
///
/// Near is a Damerau-Levenshtein distance of at most a third of the longer word, and never more than 3;
/// a word that begins or ends with the other is near as well, and nearer one that is the first part of `min_size`.
func nearest(to text: String, among words: [String]) -> String? {
    var best: (word: String, distance: Int)?
    for word in words {
        let limit = max(1, min(3, max(word.count, text.count) / 3))
        var distance = editDistance(text, word)
        if distance >= limit, text.hasPrefix(word), text.dropFirst(word.count).first.map({ "_-".contains($0) }) == true {
            distance = limit - 1
        } else if distance > limit, text.count >= 4, word.count >= 4,
            word.hasPrefix(text) || text.hasPrefix(word) || word.hasSuffix(text) || text.hasSuffix(word)
        {
            distance = limit
        }
        if distance <= limit, distance < best?.distance ?? .max { best = (word, distance) }
    }
    return best?.word
}

/// Insertions, deletions, substitutions and swaps of neighbours that make `a` into `b`.
func editDistance(_ a: String, _ b: String) -> Int {
    let x = Array(a.utf8.prefix(64))
    let y = Array(b.utf8.prefix(64))
    guard !x.isEmpty, !y.isEmpty else { return max(x.count, y.count) }
    var rows = [Array(0...y.count)]
    for i in 1...x.count {
        var row = [i]
        for j in 1...y.count {
            var cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (x[i - 1] == y[j - 1] ? 0 : 1))
            if i > 1, j > 1, x[i - 1] == y[j - 2], x[i - 2] == y[j - 1] { cost = min(cost, rows[i - 2][j - 2] + 1) }
            row.append(cost)
        }
        rows.append(row)
    }
    return rows[x.count][y.count]
}
