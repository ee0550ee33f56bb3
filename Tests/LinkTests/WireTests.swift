import Link
import Testing
import Vocabulary

@Suite struct WireTests {
    @Test("Every order is what it was after it travelled", arguments: Samples.orders)
    func ordersTravel(order: Order) throws {
        #expect(try Order(encoded: order.encoded()) == order)
    }

    @Test("Every report is what it was after it travelled", arguments: Samples.reports)
    func reportsTravel(report: Report) throws {
        #expect(try Report(encoded: report.encoded()) == report)
    }

    @Test("Every packet is what it was after it travelled", arguments: Samples.packets)
    func packetsTravel(packet: Packet) throws {
        #expect(try Packet(encoded: packet.encoded()) == packet)
    }

    @Test("An empty frame is garbage, for packets, orders and reports alike")
    func emptyIsGarbage() {
        #expect(throws: LinkError.garbage("an empty packet")) { try Packet(encoded: []) }
        #expect(throws: LinkError.garbage("an empty order")) { try Order(encoded: []) }
        #expect(throws: LinkError.garbage("an empty report")) { try Report(encoded: []) }
    }

    @Test(
        "A result file whose path leads out of its directory is garbage",
        arguments: ["/etc/passwd", "a/../../b", "..", "a//b", "", "a\u{0}", "./a", "a/"])
    func unsafePaths(path: String) throws {
        let bytes = try Report.file(ResultPiece(path: path, offset: 0, bytes: [], size: 0, isLast: true)).encoded()
        #expect(throws: LinkError.garbage("a result file with an unsafe path")) { try Report(encoded: bytes) }
    }

    @Test("A piece beyond its file's end, or whose end is not where it says, is garbage")
    func piecesThatDoNotFit() throws {
        for (offset, size, isLast) in [(UInt64(9), UInt64(10), true), (0, 10, true), (8, 10, false), (.max, .max, true)] {
            let bytes = try Report.file(ResultPiece(path: "a", offset: offset, bytes: [1, 2], size: size, isLast: isLast)).encoded()
            #expect(throws: LinkError.garbage("a piece that does not fit its file")) { try Report(encoded: bytes) }
        }
    }

    @Test("A message that fits no frame is refused before it is sent")
    func tooLong() {
        let text = String(repeating: "x", count: Packet.messageLimit)
        #expect(throws: LinkError.self) { try Report.notReady([text]).encoded() }
    }

    @Test("A piece of the longest kind fits a frame with room for its path")
    func longestPiece() throws {
        let piece = ResultPiece(
            path: String(repeating: "p", count: 1024), offset: 0, bytes: [UInt8](repeating: 1, count: ResultPiece.byteLimit),
            size: UInt64(ResultPiece.byteLimit), isLast: true)
        let packet = Packet.message(number: 1, acknowledged: .max, payload: try Report.file(piece).encoded())
        #expect(packet.encoded().count <= Framing.byteLimit)
    }

    @Test("What matters is numbered, what is news is not")
    func retention() {
        let news = Samples.reports.filter { $0.retention != .untilAcknowledged }
        #expect(news.count == 4)
        #expect(Samples.orders.filter { $0.retention != .untilAcknowledged }.count == 2)
    }

    @Test("A frame's announced length is judged before anything is read")
    func lengths() throws {
        #expect(try Framing.length(header: Framing.header(count: Framing.byteLimit), isFirst: false) == Framing.byteLimit)
        #expect(throws: LinkError.frameTooLong(bytes: Framing.byteLimit + 1)) {
            try Framing.length(header: UInt32(Framing.byteLimit + 1), isFirst: false)
        }
        #expect(throws: LinkError.frameTooLong(bytes: Int(UInt32.max))) { try Framing.length(header: .max, isFirst: false) }
        #expect(throws: LinkError.frameTooLong(bytes: Framing.greetingLimit + 1)) {
            try Framing.length(header: UInt32(Framing.greetingLimit + 1), isFirst: true)
        }
    }
}
