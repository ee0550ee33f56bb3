/// Reports in a stream of bytes without a link around it: what `muster-agent pack` writes to its standard output.
///
/// It never holds more than one frame and the bytes that came with its end.
package struct ReportStream: Sendable {
    private var buffer: [UInt8] = []

    package init() {}

    /// A message with the header that stands before it.
    package static func framed(_ message: [UInt8]) -> [UInt8] {
        let header = Framing.header(count: message.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: header >> $0) } + message
    }

    /// The reports that are whole with these bytes.
    package mutating func take(_ bytes: [UInt8]) throws(LinkError) -> [Report] {
        buffer += bytes
        var reports: [Report] = []
        var start = 0
        while buffer.count - start >= 4 {
            let header = buffer[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let end = start + 4 + (try Framing.length(header: header, isFirst: false))
            guard buffer.count >= end else { break }
            reports.append(try Report(encoded: Array(buffer[start + 4..<end])))
            start = end
        }
        buffer.removeFirst(start)
        return reports
    }
}
