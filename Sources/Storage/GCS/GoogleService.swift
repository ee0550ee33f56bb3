import FoundationEssentials
import Vocabulary

/// `gs://`: Google Cloud Storage by its JSON API.
///
/// <https://cloud.google.com/storage/docs/json_api/v1>. An object of any size is one request.
final class GoogleService: ObjectService {
    private let surroundings: GoogleSurroundings
    private let client: HTTPClient
    private var origin = ""
    private var bucket = ""
    private var prefix: [UInt8] = []

    init(surroundings: GoogleSurroundings = .shared, client: HTTPClient = HTTPClient()) {
        self.surroundings = surroundings
        self.client = client
    }

    func address(_ uri: ObjectURI) throws(HTTPFailure) -> Int {
        if !prefix.isEmpty, uri.bytes.starts(with: prefix) { return prefix.count }
        guard let authority = StoreAuthority(uri, names: 1) else {
            throw HTTPFailure(kind: .unsupported, why: "it names no bucket: gs://bucket/name")
        }
        origin = authority.server.map { "http://" + $0 } ?? surroundings.origin
        bucket = PercentEncoding.query(authority.names[0])
        prefix = Array(uri.bytes.prefix(authority.prefixCount))
        return authority.prefixCount
    }

    func get(
        _ key: [UInt8], _ range: ByteRange?, into receiver: any HTTPReceiver, until deadline: Moment
    ) throws(HTTPFailure) -> Int64 {
        let headers = range.map { [HTTPRequest.Header("range", $0.header)] } ?? []
        return try send(.get, path(key) + "?alt=media", headers: headers, receiver: receiver, until: deadline).received(of: range)
    }

    func put(_ key: [UInt8], size: Int64, body: any ObjectBody, until deadline: Moment) throws(HTTPFailure) {
        let name = PercentEncoding.query(String(decoding: key, as: UTF8.self))
        _ = try send(
            .post, "/upload/storage/v1/b/\(bucket)/o?uploadType=media&fields=size&name=\(name)", body: .object(body, size: size),
            headers: [.init("content-type", "application/octet-stream")], until: deadline)
    }

    func stat(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure) -> Int64 {
        struct Metadata: Decodable { var size: String }
        let response = try send(.get, path(key) + "?fields=size", until: deadline)
        guard let size = Self.decode(Metadata.self, response).flatMap({ Int64($0.size) }) else {
            throw HTTPFailure(kind: .server, why: "the server does not tell the object's size")
        }
        return size
    }

    func delete(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure) { _ = try send(.delete, path(key), until: deadline) }

    func page(of prefix: [UInt8], after continuation: String?, limit: Int, until deadline: Moment) throws(HTTPFailure) -> ObjectPage {
        struct Listing: Decodable {
            struct Item: Decodable { var name: String }
            var items: [Item]?
            var nextPageToken: String?
        }
        let start = PercentEncoding.query(String(decoding: prefix, as: UTF8.self))
        let token = continuation.map { "&pageToken=" + PercentEncoding.query($0) } ?? ""
        let query = "?maxResults=\(limit)&prefix=\(start)\(token)&fields=items(name),nextPageToken"
        let response = try send(.get, "/storage/v1/b/\(bucket)/o" + query, until: deadline)
        guard let listing = Self.decode(Listing.self, response) else {
            throw HTTPFailure(kind: .server, why: "the listing is no JSON that can be read")
        }
        var page = ObjectPage()
        for item in listing.items ?? [] { page.add(item.name.utf8) }
        page.continuation = listing.nextPageToken.flatMap { $0.isEmpty ? nil : $0 }
        return page
    }

    private func path(_ key: [UInt8]) -> String {
        "/storage/v1/b/\(bucket)/o/" + PercentEncoding.query(String(decoding: key, as: UTF8.self))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, body: HTTPRequest.Body = .none, headers: [HTTPRequest.Header] = [],
        receiver: (any HTTPReceiver)? = nil, until deadline: Moment
    ) throws(HTTPFailure) -> HTTPResponse {
        var headers = headers
        if let token = try surroundings.token(for: origin) { headers.append(.init("authorization", "Bearer " + token.revealed)) }
        let request = HTTPRequest(method, origin + path, headers: headers, body: body)
        let response = try client.perform(request, until: deadline, receiver: receiver)
        guard response.isSuccess else { throw Self.failure(response) }
        return response
    }

    private static func failure(_ response: HTTPResponse) -> HTTPFailure {
        struct Document: Decodable {
            struct Problem: Decodable { var message: String? }
            var error: Problem
        }
        let message = decode(Document.self, response)?.error.message.map { ", \($0)" } ?? ""
        var failure = HTTPFailure(
            kind: HTTPFailure.kind(ofStatus: response.status), why: "the server answered \(response.status)\(message)",
            retryAfter: response.retryAfter)
        failure.isOfRights = response.status == 403
        return failure
    }

    private static func decode<Document: Decodable>(_ type: Document.Type, _ response: HTTPResponse) -> Document? {
        try? JSONDecoder().decode(type, from: Data(response.body))
    }
}
