import Vocabulary

/// Lines of an operation log: how they are written.
///
/// Columns: `idx thread op client_id n_objects bytes endpoint file error start first_byte end duration_ns`, then `stage` and `warmup`.
/// Times are RFC 3339 in UTC with nanoseconds. Tabs, line ends and backslashes in texts are written as `\t`, `\n`, `\r` and `\\`.
struct OperationRow {
    static let columns = [
        "idx", "thread", "op", "client_id", "n_objects", "bytes", "endpoint", "file", "error", "start", "first_byte", "end", "duration_ns",
        "stage", "warmup",
    ]
    static let heading = Array((columns.joined(separator: "\t") + "\n").utf8)

    private let client: [UInt8]
    private let stage: [UInt8]
    private let epochOfZero: Int64
    private var times = TimeText()

    /// `epochOfZero`: wall-clock nanoseconds at moment 0.
    init(client: String, stage: StageOrder, epochOfZero: Int64) {
        self.client = Array(client.utf8)
        self.stage = Array("\(stage.number)".utf8)
        self.epochOfZero = epochOfZero
    }

    mutating func append(
        _ record: OperationRing.Header, index: UInt64, name: UnsafeRawBufferPointer, error: UnsafeRawBufferPointer, to text: inout [UInt8]
    ) {
        append(index, to: &text)
        append(UInt64(record.worker), to: &text)
        text += Self.names[Int(record.kind)]
        text.append(Self.tab)
        text += client
        text.append(Self.tab)
        append(UInt64(max(0, record.objects)), to: &text)
        append(UInt64(max(0, record.bytes)), to: &text)
        let cut = Self.endpointLength(name)
        Self.append(escaped: UnsafeRawBufferPointer(rebasing: name[..<cut]), to: &text)
        text.append(Self.tab)
        Self.append(escaped: UnsafeRawBufferPointer(rebasing: name[cut...]), to: &text)
        text.append(Self.tab)
        Self.append(escaped: error, to: &text)
        text.append(Self.tab)
        times.append(record.begin + epochOfZero, to: &text)
        text.append(Self.tab)
        if record.firstByte > 0 { times.append(record.firstByte + epochOfZero, to: &text) }
        text.append(Self.tab)
        times.append(record.end + epochOfZero, to: &text)
        text.append(Self.tab)
        append(UInt64(max(0, record.end - record.begin)), to: &text)
        text += stage
        text.append(Self.tab)
        text.append(record.isWarmup ? UInt8(ascii: "1") : UInt8(ascii: "0"))
        text.append(UInt8(ascii: "\n"))
    }

    private static let names = OperationKind.allCases.map { Array($0.label.utf8) }
    private static let tab = UInt8(ascii: "\t")

    /// The number and a tab.
    private func append(_ number: UInt64, to text: inout [UInt8]) {
        Self.append(decimal: number, to: &text)
        text.append(Self.tab)
    }

    static func append(decimal number: UInt64, to text: inout [UInt8]) {
        let start = text.count
        var rest = number
        repeat {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        text[start...].reverse()
    }

    static func append(escaped bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        // Nearly every name is copied as it is.
        guard bytes.contains(where: { $0 == tab || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\\") })
        else {
            text.append(contentsOf: bytes)
            return
        }
        for byte in bytes {
            switch byte {
            case tab: text += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case UInt8(ascii: "\n"): text += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\r"): text += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            default: text.append(byte)
            }
        }
    }

    /// How much of a URI is scheme and address: `s3://host:9000` of `s3://host:9000/bucket/key`.
    static func endpointLength(_ name: UnsafeRawBufferPointer) -> Int {
        let slash = UInt8(ascii: "/")
        for place in name.indices.dropLast(2) where name[place] == UInt8(ascii: ":") && name[place + 1] == slash && name[place + 2] == slash
        {
            return name[(place + 3)...].firstIndex(of: slash) ?? name.count
        }
        return 0
    }
}

/// Writes times as text; the part before the fraction is kept as long as it does not change.
private struct TimeText {
    private var second = Int64.min
    private var head: [UInt8] = []

    mutating func append(_ nanoseconds: Int64, to text: inout [UInt8]) {
        let (whole, fraction) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000)
        if whole != second {
            second = whole
            head = Array(UTC.label(nanoseconds: whole * 1_000_000_000).utf8.prefix(20))
        }
        text += head
        var divisor: Int64 = 100_000_000
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction / divisor % 10))
            divisor /= 10
        }
        text.append(UInt8(ascii: "Z"))
    }
}
