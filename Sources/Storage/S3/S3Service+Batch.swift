import Digests
import FoundationEssentials
import Vocabulary

/// Several objects deleted by one request (DeleteObjects).
extension S3Service {
    /// As many as the protocol allows.
    static let mostAtOnce = 1000

    /// Deletes them all; what could not be deleted, by its place among the keys. Names without control characters.
    func delete(_ keys: [[UInt8]], until deadline: Moment) throws(HTTPFailure) -> [(place: Int, failure: HTTPFailure)] {
        let entries = keys.map { "<Object><Key>\(Self.escaped(String(decoding: $0, as: UTF8.self)))</Key></Object>" }
        let document = Array(
            "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(entries.joined())<Quiet>true</Quiet></Delete>".utf8)
        let sum = Data(md5(document)).base64EncodedString()
        let headers: [HTTPRequest.Header] = [.init("content-md5", sum), .init("content-type", "application/xml")]
        let response = try session.send(.init(.post, query: [("delete", "")], headers: headers, body: .bytes(document)), until: deadline)
        return Self.failures(in: response.body, among: keys)
    }

    private static func failures(in document: [UInt8], among keys: [[UInt8]]) -> [(place: Int, failure: HTTPFailure)] {
        var failures: [(place: Int, failure: HTTPFailure)] = []
        var current: [String: [UInt8]] = [:]
        func finish() {
            defer { current = [:] }
            guard let key = current["Key"], let place = keys.firstIndex(of: key) else { return }
            let code = String(decoding: current["Code"] ?? [], as: UTF8.self)
            let message = String(decoding: current["Message"] ?? [], as: UTF8.self)
            failures.append((place, HTTPFailure(kind: S3Answer.kind(ofCode: code), why: "the server answered \(code): \(message)")))
        }
        let reader = XMLLeaves { name, parent, text in
            guard parent == "Error" else { return }
            if current[name] != nil { finish() }
            current[name] = text
        }
        if document.withUnsafeBytes({ reader.read($0) }), reader.finish() { finish() }
        return failures
    }
}
