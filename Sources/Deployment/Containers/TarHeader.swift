/// Members of a tar archive in the POSIX ustar format (pax(1), "ustar Interchange Format").
enum TarMember {
    static let block = 512
    /// Two blocks of zeros.
    static let end = [UInt8](repeating: 0, count: 2 * block)

    /// `name` has at most 100 bytes; a folder's ends in `/`. All belong to root and are as old as the epoch, so that the same contents
    /// have the same checksum everywhere.
    static func header(_ name: String, size: Int, mode: Int) -> [UInt8] {
        precondition(name.utf8.count <= 100 && size < 1 << 33, "a ustar header has no room for more")
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at offset: Int) { header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8) }
        put(name, at: 0)
        put(octal(mode, digits: 7), at: 100)
        for (offset, digits) in [(108, 7), (116, 7), (136, 11)] { put(octal(0, digits: digits), at: offset) }
        put(octal(size, digits: 11), at: 124)
        // The checksum is of a header with blanks in its place.
        put("        ", at: 148)
        put(name.hasSuffix("/") ? "5" : "0", at: 156)
        put("ustar\u{0}00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
        return header
    }

    /// A small file with all that belongs to it.
    static func file(_ name: String, _ contents: [UInt8], mode: Int = 0o644) -> [UInt8] {
        header(name, size: contents.count, mode: mode) + contents + padding(after: contents.count)
    }

    static func folder(_ name: String, mode: Int = 0o755) -> [UInt8] { header(name, size: 0, mode: mode) }

    /// What fills up the last block of `size` bytes.
    static func padding(after size: Int) -> [UInt8] { [UInt8](repeating: 0, count: (block - size % block) % block) }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
