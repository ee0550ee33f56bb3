import FoundationEssentials
import Vocabulary

/// `az://account/container/…`: Azure's Blob Storage.
///
/// <https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-rest-api>
final class AzureService: ObjectService {
    static let version = "2021-08-06"
    /// From this size on a blob is written in blocks of `blockSize` or more; there are at most 50,000.
    static let blocksFrom: Int64 = 64 << 20
    static let blockSize: Int64 = 16 << 20

    private let surroundings: AzureSurroundings
    private let client: HTTPClient
    private var origin = ""
    /// Before the container's path: empty, or `/account`.
    private var root = ""
    private var container = ""
    private var signature: AzureSignature?
    private var usesIdentity = false
    private var prefix: [UInt8] = []

    init(surroundings: AzureSurroundings = .shared, client: HTTPClient = HTTPClient()) {
        self.surroundings = surroundings
        self.client = client
    }

    func address(_ uri: ObjectURI) throws(HTTPFailure) -> Int {
        if !prefix.isEmpty, uri.bytes.starts(with: prefix) { return prefix.count }
        guard let authority = StoreAuthority(uri, names: 2) else {
            throw HTTPFailure(kind: .unsupported, why: "it names no account and container: az://account/container/name")
        }
        let account = authority.names[0]
        try chooseServer(authority.server, account)
        container = "/" + PercentEncoding.query(authority.names[1])
        try chooseCredentials(account, isGiven: authority.server != nil)
        prefix = Array(uri.bytes.prefix(authority.prefixCount))
        return authority.prefixCount
    }

    private func chooseServer(_ server: String?, _ account: String) throws(HTTPFailure) {
        let endpoint = server.map { "http://\($0)/\(account)" } ?? surroundings.endpoint ?? "https://\(account).blob.core.windows.net"
        let start = endpoint.firstRange(of: "://")?.upperBound ?? endpoint.startIndex
        let slash = endpoint[start...].firstIndex(of: "/") ?? endpoint.endIndex
        origin = String(endpoint[..<slash])
        root = String(endpoint[slash...])
    }

    /// `isGiven`: the URI itself names the server, which is given no token of this machine's.
    private func chooseCredentials(_ account: String, isGiven: Bool) throws(HTTPFailure) {
        signature = nil
        usesIdentity = false
        if surroundings.sas != nil { return }
        guard let key = surroundings.key else {
            guard !isGiven else {
                throw HTTPFailure(
                    kind: .permission,
                    why: "a server that the URI names takes AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN, and there is neither")
            }
            usesIdentity = true
            return
        }
        signature = AzureSignature(account: surroundings.account ?? account, key: key)
        if signature == nil { throw HTTPFailure(kind: .permission, why: "AZURE_STORAGE_KEY is no Base64") }
    }

    func get(
        _ key: [UInt8], _ range: ByteRange?, into receiver: any HTTPReceiver, until deadline: Moment
    ) throws(HTTPFailure) -> Int64 {
        let headers = range.map { [HTTPRequest.Header("x-ms-range", $0.header)] } ?? []
        return try send(.get, key, headers: headers, receiver: receiver, until: deadline).received(of: range)
    }

    func put(_ key: [UInt8], size: Int64, body: any ObjectBody, until deadline: Moment) throws(HTTPFailure) {
        if size >= Self.blocksFrom { return try putInBlocks(key, size: size, body: body, until: deadline) }
        _ = try send(.put, key, headers: [.init("x-ms-blob-type", "BlockBlob")], body: .object(body, size: size), until: deadline)
    }

    func stat(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure) -> Int64 {
        let response = try send(.head, key, until: deadline)
        guard let size = response.announced else { throw HTTPFailure(kind: .server, why: "the server does not tell the object's size") }
        return size
    }

    func delete(_ key: [UInt8], until deadline: Moment) throws(HTTPFailure) { _ = try send(.delete, key, until: deadline) }

    func page(of prefix: [UInt8], after continuation: String?, limit: Int, until deadline: Moment) throws(HTTPFailure) -> ObjectPage {
        var query = [
            ("comp", "list"), ("maxresults", "\(limit)"), ("prefix", String(decoding: prefix, as: UTF8.self)), ("restype", "container"),
        ]
        if let continuation { query.append(("marker", continuation)) }
        let reader = ObjectPageReader { name, parent, text, page in
            switch (name, parent) {
            case ("Name", "Blob"): page.add(text)
            case ("NextMarker", _): page.continuation = text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
            default: break
            }
        }
        _ = try send(.get, nil, query: query, receiver: reader, until: deadline)
        return try reader.page()
    }

    /// Blocks that are not put together vanish by themselves.
    private func putInBlocks(_ key: [UInt8], size: Int64, body: any ObjectBody, until deadline: Moment) throws(HTTPFailure) {
        let blockSize = max(Self.blockSize, (size + 49_999) / 50_000)
        var list = ""
        var left = size
        var number = 0
        while left > 0 {
            // All of a blob's ids have the same length.
            let digits = "\(number)"
            let id = Data((String(repeating: "0", count: 8 - digits.count) + digits).utf8).base64EncodedString()
            let part = min(left, blockSize)
            _ = try send(.put, key, query: [("blockid", id), ("comp", "block")], body: .object(body, size: part), until: deadline)
            list += "<Latest>\(id)</Latest>"
            left -= part
            number += 1
        }
        let document = Array("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>\(list)</BlockList>".utf8)
        _ = try send(.put, key, query: [("comp", "blocklist")], body: .bytes(document), until: deadline)
    }

    // MARK: Requests

    /// `key` nil: the container.
    private func send(
        _ method: HTTPRequest.Method, _ key: [UInt8]?, query: [(String, String)] = [], headers: [HTTPRequest.Header] = [],
        body: HTTPRequest.Body = .none, receiver: (any HTTPReceiver)? = nil, until deadline: Moment
    ) throws(HTTPFailure) -> HTTPResponse {
        let path = root + container + (key.map { "/" + PercentEncoding.path($0) } ?? "")
        var headers = headers + [.init("x-ms-date", HTTPDate.text(SystemClock.utcNanoseconds)), .init("x-ms-version", Self.version)]
        if let signature {
            let authorization = signature.authorization(
                method.rawValue, path: path, query: query, headers: headers, length: Self.length(of: body))
            headers.append(.init("authorization", authorization))
        }
        if usesIdentity {
            let token = try surroundings.identity.token()
            headers.append(.init("authorization", "Bearer " + token.revealed))
        }
        var words = query.map { "\($0.0)=\(PercentEncoding.query($0.1))" }
        if let sas = surroundings.sas { words.append(sas.revealed) }
        let url = origin + path + (words.isEmpty ? "" : "?" + words.joined(separator: "&"))
        let request = HTTPRequest(method, url, headers: headers, body: body)
        let response = try client.perform(request, until: deadline, receiver: receiver)
        guard response.isSuccess else { throw Self.failure(response) }
        return response
    }

    private static func length(of body: HTTPRequest.Body) -> Int64 {
        switch body {
        case .none: 0
        case .bytes(let bytes): Int64(bytes.count)
        case .object(_, let size): size
        }
    }

    /// <https://learn.microsoft.com/en-us/rest/api/storageservices/status-and-error-codes2>
    private static func failure(_ response: HTTPResponse) -> HTTPFailure {
        let texts = response.body.isEmpty ? [:] : XMLLeaves.texts(of: response.body)
        let code = response.header("x-ms-error-code") ?? texts["Code"] ?? ""
        // What follows the first line is the request's id and time.
        let message = texts["Message"].map { $0.prefix { !$0.isNewline } } ?? ""
        let words = [code, String(message)].filter { !$0.isEmpty }.joined(separator: ": ")
        let kind: StorageError.Kind =
            switch code {
            case "ServerBusy": .throttled
            case "OperationTimedOut": .timeout
            case "Md5Mismatch", "Crc64Mismatch": .integrity
            default: HTTPFailure.kind(ofStatus: response.status)
            }
        var failure = HTTPFailure(
            kind: kind, why: "the server answered \(response.status)" + (words.isEmpty ? "" : ", \(words)"), retryAfter: response.retryAfter
        )
        failure.isOfRights = code == "AuthorizationPermissionMismatch"
        return failure
    }
}
