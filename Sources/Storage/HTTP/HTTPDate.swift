import Glibc

/// The date of HTTP's headers (RFC 9110 §5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// Nanoseconds since 1970; nil for what is no such date.
    static func nanoseconds(_ text: String) -> Int64? {
        let words = text.split { $0 == " " || $0 == ":" || $0 == "," }
        guard words.count == 8, let month = months.firstIndex(of: String(words[2])) else { return nil }
        let numbers = [words[1], words[3], words[4], words[5], words[6]].compactMap { Int32($0) }
        guard numbers.count == 5 else { return nil }
        var fields = tm()
        (fields.tm_year, fields.tm_mon, fields.tm_mday) = (numbers[1] - 1900, Int32(month), numbers[0])
        (fields.tm_hour, fields.tm_min, fields.tm_sec) = (numbers[2], numbers[3], numbers[4])
        return Int64(timegm(&fields)) * 1_000_000_000
    }

    /// The date of nanoseconds since 1970.
    static func text(_ nanoseconds: Int64) -> String {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(fields.tm_wday)]), \(two(fields.tm_mday)) \(months[Int(fields.tm_mon)]) \(fields.tm_year + 1900)"
        return "\(day) \(two(fields.tm_hour)):\(two(fields.tm_min)):\(two(fields.tm_sec)) GMT"
    }
}
