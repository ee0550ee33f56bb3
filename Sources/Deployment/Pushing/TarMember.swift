/// Members of a tar archive in the POSIX ustar format (pax(1), "ustar Interchange Format"), with GNU tar's two extensions that every tar
/// of today reads: a member of type `L` or `K` that holds the long name, or the long link, of the next; and sizes in binary.
enum TarMember {
    enum Kind: String {
        case file = "0"
        case link = "2"
        case folder = "5"
        case longName = "L"
        case longLink = "K"
    }

    static let block = 512
    /// Two blocks of zeros.
    static let end = [UInt8](repeating: 0, count: 2 * block)

    /// A folder's name ends in `/`. All belong to root and are by default as old as the epoch, so that the same contents have the same
    /// checksum everywhere; `changed` is in seconds.
    static func header(_ name: String, size: Int, mode: Int, changed: Int = 0, linkingTo link: String = "") -> [UInt8] {
        let kind = !link.isEmpty ? Kind.link : name.hasSuffix("/") ? .folder : .file
        return long(name, .longName) + long(link, .longLink)
            + header(name, kind, size: size, mode: mode, changed: changed, link: link)
    }

    /// A small file with all that belongs to it.
    static func file(_ name: String, _ contents: [UInt8], mode: Int = 0o644) -> [UInt8] {
        header(name, size: contents.count, mode: mode) + contents + padding(after: contents.count)
    }

    static func folder(_ name: String, mode: Int = 0o755) -> [UInt8] { header(name, size: 0, mode: mode) }

    /// What fills up the last block of `size` bytes.
    static func padding(after size: Int) -> [UInt8] { [UInt8](repeating: 0, count: (block - size % block) % block) }

    /// What stands before a member whose name, or link, has more bytes than a header has room for.
    private static func long(_ text: String, _ kind: Kind) -> [UInt8] {
        guard text.utf8.count > 100 else { return [] }
        let contents = Array(text.utf8) + [0]
        return header("././@LongLink", kind, size: contents.count, mode: 0o644) + contents + padding(after: contents.count)
    }

    private static func header(
        _ name: String, _ kind: Kind, size: Int, mode: Int, changed: Int = 0, link: String = ""
    ) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ bytes: some Collection<UInt8>, at offset: Int) { header.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
        put(name.utf8.prefix(100), at: 0)
        put(octal(mode, digits: 7), at: 100)
        for offset in [108, 116] { put(octal(0, digits: 7), at: offset) }
        put(number(size), at: 124)
        put(number(max(0, changed)), at: 136)
        // The checksum is of a header with blanks in its place.
        put("        ".utf8, at: 148)
        put(kind.rawValue.utf8, at: 156)
        put(link.utf8.prefix(100), at: 157)
        put("ustar\u{0}00".utf8, at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + Array("\u{0} ".utf8), at: 148)
        return header
    }

    /// Eleven octal digits, or, from 8 GiB on, big-endian behind a byte of 0x80.
    private static func number(_ number: Int) -> [UInt8] {
        guard number >= 1 << 33 else { return octal(number, digits: 11) }
        return [0x80, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: digits - text.count) + text).utf8)
    }
}
