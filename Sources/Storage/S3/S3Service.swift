import Vocabulary

/// `s3://`: Amazon's S3 and every server that speaks its protocol.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/>
final class S3Service: ObjectService {
    /// From this size on an object is written in parts.
    static let multipartFrom: Int64 = 64 << 20
    /// The smallest size of its parts; there are at most 10,000.
    static let partSize: Int64 = 16 << 20

    let session: S3Session
    var deletesAtOnce: Int { Self.mostAtOnce }

    init(surroundings: AWSSurroundings = .shared, client: HTTPClient = HTTPClient()) {
        session = S3Session(surroundings: surroundings, client: client)
    }

    func address(_ uri: ObjectURI) throws(HTTPFailure) -> Int { try session.address(of: uri).prefixCount }

    func get(
        _ key: [UInt8], _ range: ByteRange?, into receiver: any HTTPReceiver, until deadline: Moment
    ) throws(HTTPFailure) -> Int64 {
        let headers = range.map { [HTTPRequest.Header("range", $0.header)] } ?? []
        return try session.send(.init(.get, key: key, headers: headers), until: deadline, receiver: receiver).received(of: range)
    }

    func put(_ key: [UInt8], size: Int64, body: any ObjectBody, until deadline: Moment) throws(HTTPFailure) {
        if size >= Self.multipartFrom { return try putInParts(key, size: size, body: body, until: deadline) }
        _ = try session.send(.init(.put, key: key, body: .object(body, size: size)), until: deadline)
    }

    func stat(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure) -> Int64 {
        let response = try session.send(.init(.head, key: key), until: deadline)
        guard let size = response.announced else { throw HTTPFailure(kind: .server, why: "the server does not tell the object's size") }
        return size
    }

    func delete(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure) {
        _ = try session.send(.init(.delete, key: key), until: deadline)
    }

    func page(of prefix: [UInt8], after continuation: String?, limit: Int, until deadline: Moment) throws(HTTPFailure) -> ObjectPage {
        var query = [("list-type", "2"), ("max-keys", "\(limit)"), ("prefix", String(decoding: prefix, as: UTF8.self))]
        if let continuation { query.insert(("continuation-token", continuation), at: 0) }
        let reader = ObjectPageReader { name, parent, text, page in
            switch (name, parent) {
            case ("Key", "Contents"): page.add(text)
            // There only where there is more.
            case ("NextContinuationToken", _): page.continuation = String(decoding: text, as: UTF8.self)
            default: break
            }
        }
        _ = try session.send(.init(.get, query: query), until: deadline, receiver: reader)
        return try reader.page()
    }
}
