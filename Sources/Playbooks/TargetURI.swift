import Vocabulary

/// Absolute URIs of storage, as playbooks write them.
enum TargetURI {
    /// What stands before `://`; nil for a relative path.
    static func scheme(of text: String) -> String? {
        guard let range = text.firstRange(of: "://") else { return nil }
        return text[..<range.lowerBound].lowercased()
    }

    /// A folder's URI ending in `/`, its problems reported; nil where nothing sensible can be made of it.
    static func folder(_ written: Located<String>) -> String? {
        guard check(written) else { return nil }
        let uri = plain(written.value)
        return uri.hasSuffix("/") ? uri : uri + "/"
    }

    /// The one spelling of schemes that have two: `gcs://` is `gs://`, letters are small.
    static func plain(_ uri: String) -> String {
        guard let scheme = scheme(of: uri) else { return uri }
        return (scheme == "gcs" ? "gs" : scheme) + uri.drop(while: { $0 != ":" })
    }

    /// Whether `written` is a URI that can be put under load, now or by a later build.
    static func check(_ written: Located<String>) -> Bool {
        let text = written.value
        guard let scheme = scheme(of: text) else {
            let fix = text.hasPrefix("/") ? "file://\(text)" : "file:///path/to/folder/"
            written.at.fail("`\(text)` is no URI", fix: fix)
            return false
        }
        switch scheme {
        case "file", "direct":
            guard text.dropFirst(scheme.count).hasPrefix(":///") else {
                written.at.fail("`\(text)` is not absolute", fix: "three slashes: \(scheme):///path/to/folder/")
                return false
            }
        case "s3", "az", "gs", "gcs":
            let parts = text.drop(while: { $0 != ":" }).dropFirst(3).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, !first.isEmpty, !first.contains("*"), !first.contains("{") else {
                written.at.fail(
                    "`\(text)` names no \(scheme == "az" ? "account" : "bucket")",
                    fix: "\(scheme)://\(scheme == "az" ? "account/container/" : "bucket/")")
                return false
            }
        default:
            let near = nearest(to: scheme, among: ["file", "direct", "s3", "az", "gs"])
            written.at.fail("`\(scheme)://` is no storage that muster knows", fix: near.map { "\($0)://…" } ?? "file:///path/to/folder/")
            return false
        }
        return staysInside(text, at: written.at)
    }

    /// Whether a path has no `..` in it, by which cleanup could leave the storage under test.
    static func staysInside(_ path: String, at cursor: Cursor) -> Bool {
        guard path.split(separator: "/").contains("..") else { return true }
        cursor.fail("must not hold `..`", fix: "write the folder out")
        return false
    }
}

/// Stands for whichever digit, hexadecimal ones among them, in a text that patterns are compared with.
let anyDigit = "\u{1}"

/// Whether `pattern` fits `text`: `*` is any text, a trailing `/` all that lies below (the load is stricter: directly below).
func fits(_ pattern: String, _ text: String) -> Bool {
    let pattern = Array((pattern.hasSuffix("/") ? pattern + "*" : pattern).utf8)
    let text = Array(text.utf8)
    var p = 0
    var t = 0
    var star: (pattern: Int, text: Int)?
    while t < text.count {
        if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
            star = (p, t)
            p += 1
        } else if p < pattern.count, pattern[p] == text[t] || (text[t] == 1 && isHexadecimal(pattern[p])) {
            p += 1
            t += 1
        } else if let last = star {
            star = (last.pattern, last.text + 1)
            p = last.pattern + 1
            t = last.text + 1
        } else {
            return false
        }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
}

/// FNV-1a over UTF-8: the same on every machine and in every run, so that seeds made from names are.
func stableHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash
}
