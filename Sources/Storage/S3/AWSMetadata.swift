import FoundationEssentials
import Vocabulary

/// The metadata service of a container or, version 2 with a session token, of an instance.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>
struct AWSMetadata {
    /// For all that is asked at once: elsewhere nobody answers at these addresses.
    static let deadline: Duration = .seconds(1)

    private let environment: [String: String]
    private let client = HTTPClient()
    private let end: Moment

    init(environment: [String: String]) {
        self.environment = environment
        end = SystemClock.now + Self.deadline
    }

    func credentials() throws(HTTPFailure) -> AWSCredentials {
        if let url = containerURL {
            let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map { [HTTPRequest.Header("authorization", $0)] } ?? []
            return try read(ask(HTTPRequest(.get, url, headers: token)))
        }
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else {
            throw HTTPFailure(kind: .notFound, why: "AWS_EC2_METADATA_DISABLED is set")
        }
        let base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
        let lifetime = HTTPRequest.Header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        let token = try ask(HTTPRequest(.put, base + "/latest/api/token", headers: [lifetime]))
        let proof = [HTTPRequest.Header("x-aws-ec2-metadata-token", String(decoding: token, as: UTF8.self))]
        let roles = base + "/latest/meta-data/iam/security-credentials/"
        let names = String(decoding: try ask(HTTPRequest(.get, roles, headers: proof)), as: UTF8.self)
        guard let role = names.split(whereSeparator: \.isNewline).first else {
            throw HTTPFailure(kind: .notFound, why: "the instance has no role")
        }
        return try read(ask(HTTPRequest(.get, roles + PercentEncoding.path(role.utf8), headers: proof)))
    }

    private var containerURL: String? {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] { return "http://169.254.170.2" + path }
        return environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    }

    private func ask(_ request: HTTPRequest) throws(HTTPFailure) -> [UInt8] {
        let response = try client.perform(request, until: end)
        guard response.isSuccess else { throw HTTPFailure(kind: .permission, why: "\(request.url) answered \(response.status)") }
        return response.body
    }

    // The names are the format's.
    private struct Document: Decodable {
        var AccessKeyId: String
        var SecretAccessKey: String
        var Token: String?
        var Expiration: String?
    }

    private func read(_ bytes: [UInt8]) throws(HTTPFailure) -> AWSCredentials {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)) else {
            throw HTTPFailure(kind: .server, why: "the metadata service's answer holds no credentials")
        }
        // `2026-11-25T04:30:12Z`, as our own labels have it with milliseconds.
        let ends = document.Expiration.flatMap { UTC.nanoseconds(of: $0.hasSuffix("Z") ? $0.dropLast() + ".000Z" : $0) }
        return AWSCredentials(
            accessKey: document.AccessKeyId, secretKey: Secret(document.SecretAccessKey), sessionToken: document.Token.map { Secret($0) },
            expires: ends)
    }
}
