/// Patterns of host names, as ssh_config(5) and known_hosts files have them: `*` is any run of characters, `?` any one.
package enum Pattern {
    /// Letters count alike in both cases.
    package static func matches(_ name: String, _ pattern: String) -> Bool {
        matches(Array(name.lowercased().utf8)[...], Array(pattern.lowercased().utf8)[...])
    }

    private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == UInt8(ascii: "*") {
            return matches(name, pattern.dropFirst()) || (!name.isEmpty && matches(name.dropFirst(), pattern))
        }
        guard let character = name.first, first == UInt8(ascii: "?") || first == character else { return false }
        return matches(name.dropFirst(), pattern.dropFirst())
    }
}
