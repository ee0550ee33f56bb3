import Digests
import Vocabulary

/// Signed requests to S3 of one worker.
///
/// Where a server tells that a bucket is in another region or that the host's clock is wrong, all workers of this process learn it, and
/// the request is sent once more unless its body is gone.
final class S3Session {
    /// A request without what the address and the signature add.
    struct Call {
        var method: HTTPRequest.Method
        /// The object's name; empty: the bucket.
        var key: [UInt8] = []
        /// Not encoded, sorted by name.
        var query: [(String, String)] = []
        /// Names in small letters. All are signed.
        var headers: [HTTPRequest.Header] = []
        var body: HTTPRequest.Body = .none

        init(
            _ method: HTTPRequest.Method, key: [UInt8] = [], query: [(String, String)] = [], headers: [HTTPRequest.Header] = [],
            body: HTTPRequest.Body = .none
        ) {
            self.method = method
            self.key = key
            self.query = query
            self.headers = headers
            self.body = body
        }
    }

    private let surroundings: AWSSurroundings
    private let client: HTTPClient
    private var signature = SignatureV4()
    private var credentials: AWSCredentials?
    private var address: S3Address?
    private var addressPrefix: [UInt8] = []
    /// The time of the last request, to the second, and as it is written.
    private var stamp = (second: Int64.min, text: "")

    init(surroundings: AWSSurroundings, client: HTTPClient = HTTPClient()) {
        self.surroundings = surroundings
        self.client = client
    }

    /// The bucket that a URI is in; the one before is remembered.
    func address(of uri: ObjectURI) throws(HTTPFailure) -> S3Address {
        if let address, uri.count >= addressPrefix.count, uri.bytes.starts(with: addressPrefix) { return address }
        guard let found = S3Address(uri.bytes, in: surroundings) else {
            throw HTTPFailure(kind: .unsupported, why: "it names no bucket: s3://bucket/name, or s3://host:port/bucket/name")
        }
        address = found
        addressPrefix = Array(uri.bytes.prefix(found.prefixCount))
        return found
    }

    /// Sends it to the bucket of the last `address(of:)`; a response that is none of success is thrown.
    func send(_ call: Call, until deadline: Moment, receiver: (any HTTPReceiver)? = nil) throws(HTTPFailure) -> HTTPResponse {
        guard let address else { preconditionFailure("a bucket is addressed before it is spoken to") }
        let response = try perform(call, address, until: deadline, receiver)
        if response.isSuccess { return response }
        if learn(from: response, address), isRepeatable(call), let moved = self.address {
            let again = try perform(call, moved, until: deadline, receiver)
            if again.isSuccess { return again }
            throw S3Answer(again).failure
        }
        throw S3Answer(response).failure
    }

    private func perform(
        _ call: Call, _ address: S3Address, until deadline: Moment, _ receiver: (any HTTPReceiver)?
    ) throws(HTTPFailure) -> HTTPResponse {
        let credentials = try currentCredentials()
        let stamp = currentStamp()
        let payload = Self.payload(of: call.body)
        let path = address.root + PercentEncoding.path(call.key)
        let query = call.query.map { "\(PercentEncoding.query($0.0))=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
        var headers = call.headers + [.init("host", address.host), .init("x-amz-content-sha256", payload), .init("x-amz-date", stamp)]
        if let token = credentials.sessionToken { headers.append(.init("x-amz-security-token", token.revealed)) }
        headers.sort { $0.name < $1.name }
        let authorization = signature.authorization(
            of: .init(method: call.method.rawValue, path: path, query: query, headers: headers, payload: payload), at: stamp,
            region: address.region, by: credentials)
        // libcurl makes the Host header itself.
        headers.removeAll { $0.name == "host" }
        headers.append(.init("authorization", authorization))
        let url = address.origin + path + (query.isEmpty ? "" : "?" + query)
        return try client.perform(HTTPRequest(call.method, url, headers: headers, body: call.body), until: deadline, receiver: receiver)
    }

    private func currentCredentials() throws(HTTPFailure) -> AWSCredentials {
        if let credentials, !credentials.isStale(at: SystemClock.utcNanoseconds) { return credentials }
        let current = try surroundings.credentials()
        credentials = current
        return current
    }

    private func currentStamp() -> String {
        let now = surroundings.now
        if now / 1_000_000_000 != stamp.second { stamp = (now / 1_000_000_000, SignatureV4.stamp(now)) }
        return stamp.text
    }

    /// An object's own bytes are not hashed: that would cost more than sending them.
    private static func payload(of body: HTTPRequest.Body) -> String {
        switch body {
        case .none: SignatureV4.emptyPayload
        case .bytes(let bytes): hexadecimal(SHA256.digest(of: bytes))
        case .object(_, let size): size == 0 ? SignatureV4.emptyPayload : SignatureV4.unsignedPayload
        }
    }

    private func isRepeatable(_ call: Call) -> Bool {
        if case .object(_, let size) = call.body { size == 0 } else { true }
    }

    /// Whether the response told something by which the same request may succeed.
    private func learn(from response: HTTPResponse, _ address: S3Address) -> Bool {
        let told = S3Answer(response)
        if let region = told.region, region != address.region, !region.isEmpty {
            surroundings.learn(region: region, of: address.bucket)
            self.address?.move(to: region)
            return true
        }
        if told.code == "RequestTimeTooSkewed", let time = response.header("date").flatMap(HTTPDate.nanoseconds) {
            surroundings.learn(serverTime: time)
            return true
        }
        return false
    }
}
