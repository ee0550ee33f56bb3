import Glibc

/// Times in operation logs: RFC 3339 in UTC, with any number of digits behind the point.
enum LogTime {
    static let tab = UInt8(ascii: "\t")

    /// Nanoseconds since 1970 of `2026-11-25T04:30:12.123456789Z`; digits beyond the ninth are left out. nil for what is none.
    static func nanoseconds(_ text: ArraySlice<UInt8>) -> Int64? {
        let start = text.startIndex
        guard text.count >= 20, text.last == UInt8(ascii: "Z") else { return nil }
        func number(_ offset: Int, _ count: Int) -> Int32? {
            var value: Int32 = 0
            for byte in text[(start + offset)..<(start + offset + count)] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int32(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var fields = tm()
        (fields.tm_year, fields.tm_mon, fields.tm_mday) = (year - 1900, month - 1, day)
        (fields.tm_hour, fields.tm_min, fields.tm_sec) = (hour, minute, second)
        guard let fraction = fraction(text[(start + 19)...].dropLast()) else { return nil }
        return Int64(timegm(&fields)) * 1_000_000_000 + fraction
    }

    private static func fraction(_ text: ArraySlice<UInt8>) -> Int64? {
        guard let point = text.first else { return 0 }
        guard point == UInt8(ascii: ".") else { return nil }
        var (value, scale): (Int64, Int64) = (0, 100_000_000)
        for byte in text.dropFirst() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value += Int64(byte - UInt8(ascii: "0")) * scale
            scale /= 10
        }
        return value
    }
}
