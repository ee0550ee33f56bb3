/// `text` as one word of a POSIX shell, whatever is in it but NUL: plain words as they are, everything else in single quotes.
package func shellQuoted(_ text: String) -> String {
    precondition(!text.utf8.contains(0), "a shell word cannot hold NUL")
    let isPlain = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "@"): true
        default: false
        }
    }
    if isPlain, !text.isEmpty { return text }
    // By unicode scalars: a combining mark after a quote must not hide the quote in one Character with it.
    var quoted = "'"
    for scalar in text.unicodeScalars {
        if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
    }
    return quoted + "'"
}
