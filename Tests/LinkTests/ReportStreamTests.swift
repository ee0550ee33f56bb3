import Link
import Testing
import Vocabulary

@Suite struct ReportStreamTests {
    private let reports: [Report] = [
        .file(ResultPiece(path: "a", offset: 0, bytes: [1, 2, 3], size: 3, isLast: true, sha256: Array(repeating: 9, count: 32))),
        .resultsEnd(files: 1, bytes: 3), .stopped,
    ]

    @Test("Reports come out of a stream whole and in order, however it is cut", arguments: 1...7)
    func cuts(size: Int) throws {
        let bytes = try reports.flatMap { ReportStream.framed(try $0.encoded()) }
        var stream = ReportStream()
        var found: [Report] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            found += try stream.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(found == reports)
    }

    @Test("Bytes that are no reports, and lengths over the limit, are errors")
    func garbage() {
        var stream = ReportStream()
        #expect(throws: LinkError.self) { try stream.take([0xff, 0xff, 0xff, 0xff]) }
        var other = ReportStream()
        #expect(throws: LinkError.self) { try other.take([0, 0, 0, 3, 0xff, 0xff, 0xff]) }
    }
}
