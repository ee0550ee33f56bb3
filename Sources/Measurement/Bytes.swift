/// Writes the compact encoding that all values of this module share: LEB128 integers, zigzag for signed ones.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(signed value: Int64) {
        write(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// Writes the length, then the bytes.
    mutating func write(block: [UInt8]) {
        write(UInt64(block.count))
        bytes += block
    }

    mutating func write(text: String) { write(block: Array(text.utf8)) }
}

/// Reads what `ByteWriter` wrote; nil wherever the bytes, which may come from anybody, are not such an encoding.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    /// Bytes not read yet: an upper bound for the number of elements that can follow.
    var remaining: Int { rest.count }

    mutating func readUnsigned() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            let part = UInt64(byte & 0x7f)
            if shift == 63, part > 1 { return nil }
            value |= part << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    mutating func readSigned() -> Int64? {
        guard let raw = readUnsigned() else { return nil }
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// A number from 0 to `limit`, for counts and sizes.
    mutating func readInt(upTo limit: Int) -> Int? {
        guard let raw = readUnsigned(), raw <= UInt64(limit) else { return nil }
        return Int(raw)
    }

    mutating func readBlock(upTo limit: Int) -> ArraySlice<UInt8>? {
        guard let count = readInt(upTo: min(limit, rest.count)) else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func readText(upTo limit: Int) -> String? {
        guard let block = readBlock(upTo: limit) else { return nil }
        return String(validating: block, as: UTF8.self)
    }
}
