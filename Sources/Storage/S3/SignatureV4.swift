import Digests
import Vocabulary

/// Amazon's Signature Version 4: a request signed in its Authorization header.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>. The key that a day's requests to a region
/// are signed with is kept, so that a signature costs two hashes and one HMAC.
struct SignatureV4 {
    static let unsignedPayload = "UNSIGNED-PAYLOAD"
    static let emptyPayload = hexadecimal(SHA256.digest(of: []))

    private let service: String
    private var scope = ""
    private var keyOwner = ""
    private var key: [UInt8] = []

    init(service: String = "s3") { self.service = service }

    /// What is signed of a request.
    struct Request {
        var method: String
        /// Encoded, as it is sent; `/` at least.
        var path: String
        /// Encoded and sorted, as it is sent.
        var query: String
        /// Names in small letters, sorted; with `host`.
        var headers: [HTTPRequest.Header]
        /// The body's SHA-256 in hexadecimal, or `unsignedPayload`.
        var payload: String
    }

    /// The value of the Authorization header; `stamp` is `20130524T000000Z`.
    mutating func authorization(of request: Request, at stamp: String, region: String, by credentials: AWSCredentials) -> String {
        let scope = "\(stamp.prefix(8))/\(region)/\(service)/aws4_request"
        deriveKey(scope, stamp, region, credentials)
        let names = Self.names(of: request.headers)
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(hexadecimal(SHA256.digest(of: Self.canonical(request, names))))"
        let signature = hexadecimal(hmacSHA256(key: key, Array(text.utf8)))
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    private static func names(of headers: [HTTPRequest.Header]) -> String {
        var names = ""
        for header in headers {
            if !names.isEmpty { names += ";" }
            names += header.name
        }
        return names
    }

    /// The request in the one form that both sides hash.
    private static func canonical(_ request: Request, _ names: String) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(512)
        func add(_ part: String, _ end: Unicode.Scalar) {
            text += part.utf8
            text.append(UInt8(ascii: end))
        }
        add(request.method, "\n")
        add(request.path, "\n")
        add(request.query, "\n")
        for header in request.headers {
            add(header.name, ":")
            add(squeezed(header.value), "\n")
        }
        add("", "\n")
        add(names, "\n")
        text += request.payload.utf8
        return text
    }

    private mutating func deriveKey(_ scope: String, _ stamp: String, _ region: String, _ credentials: AWSCredentials) {
        guard scope != self.scope || credentials.accessKey != keyOwner else { return }
        key = Array("AWS4\(credentials.secretKey.revealed)".utf8)
        for part in [String(stamp.prefix(8)), region, service, "aws4_request"] { key = hmacSHA256(key: key, Array(part.utf8)) }
        (self.scope, keyOwner) = (scope, credentials.accessKey)
    }

    /// Without blanks at the ends, and with single ones between.
    private static func squeezed(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: " ")) else { return value }
        return value.split(separator: " ").joined(separator: " ")
    }

    /// `20130524T000000Z` for nanoseconds since 1970.
    static func stamp(_ nanoseconds: Int64) -> String {
        let label = UTC.compactLabel(nanoseconds: nanoseconds)
        return "\(label.prefix(8))T\(label.suffix(6))Z"
    }
}
