/// A pattern of object names: `*` stands for any bytes, `/` included; a trailing `/` for all that lies directly below.
struct Glob {
    private let pattern: [UInt8]
    private let isOneLevel: Bool
    /// Everything before the first `*`.
    let literal: [UInt8]

    init(_ text: String) {
        pattern = Array(text.utf8)
        isOneLevel = pattern.last == UInt8(ascii: "/")
        literal = Array(pattern.prefix { $0 != UInt8(ascii: "*") })
    }

    /// Whether it names one object only.
    var isLiteral: Bool { !isOneLevel && literal.count == pattern.count }

    func matches(_ name: some RandomAccessCollection<UInt8>) -> Bool {
        guard isOneLevel else { return matches(name[...], pattern[...]) }
        for cut in name.indices where name[cut] == UInt8(ascii: "/") {
            let rest = name[name.index(after: cut)...]
            if !rest.isEmpty, !rest.contains(UInt8(ascii: "/")), matches(name[...cut], pattern[...]) { return true }
        }
        return false
    }

    /// Greedy matching that goes back only to the last `*`: linear in practice, quadratic at worst, no recursion.
    private func matches<Name: RandomAccessCollection<UInt8>>(_ name: Name, _ pattern: ArraySlice<UInt8>) -> Bool {
        var (place, here) = (name.startIndex, pattern.startIndex)
        var retry: (place: Name.Index, here: Int)?
        while place != name.endIndex {
            if here < pattern.endIndex, pattern[here] == UInt8(ascii: "*") {
                retry = (place, here)
                here += 1
            } else if here < pattern.endIndex, pattern[here] == name[place] {
                here += 1
                place = name.index(after: place)
            } else if let last = retry {
                place = name.index(after: last.place)
                here = last.here + 1
                retry = (place, last.here)
            } else {
                return false
            }
        }
        return pattern[here...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
