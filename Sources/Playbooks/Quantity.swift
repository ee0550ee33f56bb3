import Vocabulary

/// Numbers, durations and sizes as people write them.
enum Quantity {
    static let longestDuration = Duration.seconds(10 * 366 * 86_400)

    /// `1000`, `1,000`, `1_000`, `1 000`, `0x3e8`, `1e3`: commas and spaces only between groups of three.
    static func integer(_ text: String) -> Int? {
        let (sign, digits) = splitSign(text)
        if digits.hasPrefix("0x") { return Int(sign + digits.dropFirst(2), radix: 16) }
        if digits.hasPrefix("0o") { return Int(sign + digits.dropFirst(2), radix: 8) }
        guard let plain = withoutSeparators(digits) else { return nil }
        if let number = Int(sign + plain) { return number }
        guard let number = decimal(sign + plain), number == number.rounded(), abs(number) < 9e15 else { return nil }
        return Int(number)
    }

    static func number(_ text: String) -> Double? {
        let (sign, digits) = splitSign(text)
        return withoutSeparators(digits).flatMap { decimal(sign + $0) }
    }

    /// Seconds, or numbers with `ms`, `s`, `m`, `h`, `d`, largest first: `1h30m`, `1d 12h`, `0.5s`.
    static func duration(_ text: String) -> Duration? {
        if let seconds = number(text) { return seconds >= 0 ? make(seconds, 1) : nil }
        var rest = text[...]
        var total = Duration.zero
        var last = Double.infinity
        while !rest.isEmpty {
            guard let (value, unit) = takePart(&rest), let scale = secondsPerUnit[unit], scale < last, let part = make(value, scale) else {
                return nil
            }
            last = scale
            total += part
        }
        return text.isEmpty ? nil : total
    }

    /// Bytes, or a number with a unit: KiB, MiB, … binary, KB, MB, … decimal. Bare `K` is refused: it means both.
    static func size(_ text: String) -> ByteCount? {
        if let bytes = integer(text) { return bytes >= 0 ? ByteCount(Int64(bytes)) : nil }
        var rest = text[...]
        guard let (value, unit) = takePart(&rest), rest.isEmpty, let scale = bytesPerUnit[unit] else { return nil }
        let bytes = (value * scale).rounded()
        return bytes < 9e18 ? ByteCount(Int64(bytes)) : nil
    }

    private static let secondsPerUnit: [String: Double] = [
        "us": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "mins": 60,
        "minute": 60, "minutes": 60, "h": 3600, "hr": 3600, "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400,
    ]

    private static let bytesPerUnit: [String: Double] = [
        "b": 1, "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824, "tib": 1_099_511_627_776, "pib": 1_125_899_906_842_624,
        "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "pb": 1e15,
    ]

    private static func make(_ value: Double, _ scale: Double) -> Duration? {
        let seconds = value * scale
        guard seconds.isFinite, seconds <= longestDuration.inSeconds * 2 else { return nil }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    /// Takes a number and the letters behind it, with blanks around both.
    private static func takePart(_ rest: inout Substring) -> (Double, String)? {
        rest = rest.drop(while: { $0 == " " })
        let digits = rest.prefix(while: { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "," || $0 == "_") })
        rest = rest.dropFirst(digits.count).drop(while: { $0 == " " })
        let unit = rest.prefix(while: { $0.isASCII && $0.isLetter })
        rest = rest.dropFirst(unit.count).drop(while: { $0 == " " })
        guard !unit.isEmpty, let value = number(String(digits)) else { return nil }
        return (value, unit.lowercased())
    }

    private static func splitSign(_ text: String) -> (String, String) {
        switch text.first {
        case "-": ("-", String(text.dropFirst()))
        case "+": ("", String(text.dropFirst()))
        default: ("", text)
        }
    }

    /// The digits of `1,000`, `1 000`, `1_000`; nil where a separator does not part groups of three (commas, blanks) or stands at an end.
    private static func withoutSeparators(_ text: String) -> String? {
        guard let first = text.utf8.first, let last = text.utf8.last, first != UInt8(ascii: "_"), last != UInt8(ascii: "_") else {
            return nil
        }
        for separator in [Character(","), Character(" ")] where text.contains(separator) {
            let whole = text.prefix(while: { $0 != "." })
            let groups = whole.split(separator: separator, omittingEmptySubsequences: false)
            let even = groups.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(\.isNumber) }
            guard even, (1...3).contains(groups[0].count), groups[0].allSatisfy(\.isNumber) else { return nil }
            let rest = text.dropFirst(whole.count)
            return rest.contains(separator) ? nil : groups.joined() + rest
        }
        return text.filter { $0 != "_" }
    }

    /// A finite decimal number; `nan`, `inf` and hexadecimal floats are not.
    private static func decimal(_ text: String) -> Double? {
        guard text.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.eE".utf8.contains($0) }),
            let number = Double(text), number.isFinite
        else { return nil }
        return number
    }
}

extension Duration {
    /// As a person would write it in a playbook: `90s`, `500ms`, `1.5s`.
    var written: String {
        let nanoseconds = wholeNanoseconds
        if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000)s" }
        if nanoseconds.magnitude < 1_000_000_000, nanoseconds % 1_000_000 == 0 { return "\(nanoseconds / 1_000_000)ms" }
        return "\(inSeconds)s"
    }
}
