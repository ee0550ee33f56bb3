/// Percent-encoding as object stores sign it (RFC 3986 §2.3: letters, digits and `-._~` stay).
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// A path: slashes stay too.
    static func path(_ bytes: some Sequence<UInt8>) -> String { encode(bytes, keepsSlash: true) }

    /// A name or value of a query.
    static func query(_ text: String) -> String { encode(text.utf8, keepsSlash: false) }

    private static func encode(_ bytes: some Sequence<UInt8>, keepsSlash: Bool) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.underestimatedCount + 8)
        for byte in bytes {
            if isPlain(byte) || (keepsSlash && byte == UInt8(ascii: "/")) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
