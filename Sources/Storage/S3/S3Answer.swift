/// What a response of S3 that is none of success says.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
struct S3Answer {
    let status: Int
    /// `NoSuchKey`; empty where the server tells none, as with HEAD.
    let code: String
    let message: String
    /// Where the bucket is, if the server says so.
    let region: String?
    private let retryAfter: Duration?

    init(_ response: HTTPResponse) {
        let texts = response.body.isEmpty ? [:] : XMLLeaves.texts(of: response.body)
        status = response.status
        code = texts["Code"] ?? ""
        message = texts["Message"] ?? ""
        region = response.header("x-amz-bucket-region") ?? texts["Region"]
        retryAfter = response.retryAfter
    }

    var failure: HTTPFailure {
        let words = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
        let why = "the server answered \(status)" + (words.isEmpty ? "" : ", \(words)")
        var failure = HTTPFailure(kind: kind, why: why, retryAfter: retryAfter)
        failure.isOfRights = code == "AccessDenied"
        return failure
    }

    private var kind: StorageError.Kind { Self.kind(ofCode: code, status: status) }

    /// `status` nil: of one object among those of a request.
    static func kind(ofCode code: String, status: Int? = nil) -> StorageError.Kind {
        switch code {
        case "SlowDown", "ServiceUnavailable", "RequestLimitExceeded", "TooManyRequests", "Throttling", "BandwidthLimitExceeded":
            return .throttled
        case "RequestTimeout": return .timeout
        case "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody": return .integrity
        case "ExpiredToken", "InvalidToken", "TokenRefreshRequired", "AuthorizationHeaderMalformed": return .permission
        case "AccessDenied": return .permission
        case "NoSuchKey", "NoSuchBucket": return .notFound
        default: return status.map { HTTPFailure.kind(ofStatus: $0) } ?? .server
        }
    }
}

extension HTTPFailure {
    /// What a status says by itself.
    static func kind(ofStatus status: Int) -> StorageError.Kind {
        switch status {
        case 401, 403: .permission
        case 404: .notFound
        case 408: .timeout
        case 409, 412: .exists
        case 429, 503, 509: .throttled
        default: .server
        }
    }
}
