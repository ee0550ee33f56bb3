import Glibc

/// The name of one object as an absolute URI, in memory that is used again for the next one.
///
/// Belongs to one thread. The bytes are followed by a zero, so that a path within them can be given to the kernel as it is.
package final class ObjectURI {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes without the terminating zero.
    package private(set) var count = 0

    package init(_ text: String = "") {
        capacity = 512
        base = .allocate(capacity: capacity)
        base[0] = 0
        append(text)
    }

    deinit { base.deallocate() }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Keeps the first `length` bytes.
    package func cut(to length: Int) {
        precondition((0...count).contains(length), "a name is cut to a part of itself")
        count = length
        base[count] = 0
    }

    package func set(_ prefix: [UInt8]) {
        count = 0
        append(prefix)
    }

    /// Puts other bytes in the place of the first `length`.
    package func replaceBeginning(_ length: Int, by other: [UInt8]) {
        precondition((0...count).contains(length), "what is replaced is a part of the name")
        reserve(max(0, other.count - length))
        let rest = count - length
        // With the zero at the end.
        memmove(base + other.count, base + length, rest + 1)
        other.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { UnsafeMutableRawPointer(base).copyMemory(from: start, byteCount: other.count) }
        }
        count = other.count + rest
    }

    package func append(_ more: [UInt8]) { more.withUnsafeBytes { append(bytes: $0) } }

    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append(bytes: UnsafeRawBufferPointer($0)) }
    }

    package func append(bytes more: UnsafeRawBufferPointer) {
        reserve(more.count)
        if let start = more.baseAddress {
            UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: more.count)
        }
        count += more.count
        base[count] = 0
    }

    /// Appends `value` with at least `width` digits.
    package func append(decimal value: UInt64, width: Int = 1) { append(value, radix: 10, width: width) }

    /// Appends `value` in lower-case hexadecimal with at least `width` digits.
    package func append(hexadecimal value: UInt64, width: Int) { append(value, radix: 16, width: width) }

    private func append(_ value: UInt64, radix: UInt64, width: Int) {
        reserve(max(20, width))
        var digits = 1
        var rest = value / radix
        while rest > 0 {
            digits += 1
            rest /= radix
        }
        let length = max(digits, width)
        rest = value
        for place in stride(from: count + length - 1, through: count, by: -1) {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            base[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            rest /= radix
        }
        count += length
        base[count] = 0
    }

    private func reserve(_ more: Int) {
        guard count + more >= capacity else { return }
        let larger = max(capacity * 2, count + more + 1)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count + 1)
        base.deallocate()
        base = moved
        capacity = larger
    }
}
