import Digests
import FoundationEssentials
import Vocabulary

/// Where access tokens for Google's services come from: a service account's key, an account's refresh token, or the metadata server.
///
/// The document: `GOOGLE_CREDENTIALS` itself, else the file `GOOGLE_APPLICATION_CREDENTIALS`, else gcloud's own.
/// <https://developers.google.com/identity/protocols/oauth2/service-account#httprest>
struct GoogleCredentials {
    static let scope = "https://www.googleapis.com/auth/devstorage.read_write"

    // The names are the format's.
    struct Document: Decodable {
        var type: String
        var client_email: String?
        var private_key: String?
        var private_key_id: String?
        var token_uri: String?
        var client_id: String?
        var client_secret: String?
        var refresh_token: String?
    }

    private let environment: [String: String]
    private let client = HTTPClient()

    init(environment: [String: String]) { self.environment = environment }

    func token() throws(HTTPFailure) -> (Secret, lifetime: Duration) {
        guard let (name, bytes) = try document() else { return try askMetadata() }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)) else {
            throw HTTPFailure(kind: .permission, why: "\(name) holds no credentials of Google's")
        }
        let uri = document.token_uri ?? "https://oauth2.googleapis.com/token"
        switch document.type {
        case "service_account":
            let proof = try Self.assertion(document, audience: uri, at: SystemClock.utcNanoseconds / 1_000_000_000)
            return try exchange(uri, [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", proof)])
        case "authorized_user":
            return try exchange(
                uri,
                [
                    ("grant_type", "refresh_token"), ("client_id", document.client_id ?? ""),
                    ("client_secret", document.client_secret ?? ""), ("refresh_token", document.refresh_token ?? ""),
                ])
        default: throw HTTPFailure(kind: .permission, why: "\(name): credentials of type \(document.type) are not known here")
        }
    }

    private func document() throws(HTTPFailure) -> (name: String, bytes: [UInt8])? {
        if let text = environment["GOOGLE_CREDENTIALS"], !text.isEmpty { return ("GOOGLE_CREDENTIALS", Array(text.utf8)) }
        let named = environment["GOOGLE_APPLICATION_CREDENTIALS"].flatMap { $0.isEmpty ? nil : $0 }
        let path = named ?? (environment["HOME"] ?? "") + "/.config/gcloud/application_default_credentials.json"
        if let bytes = try? Data(contentsOf: URL(filePath: path)) { return (path, [UInt8](bytes)) }
        if let named {
            throw HTTPFailure(kind: .permission, why: "GOOGLE_APPLICATION_CREDENTIALS: \(named) cannot be read on the agent's host")
        }
        return nil
    }

    /// The signed statement that a token is given for (RFC 7523), valid for an hour; `now` in seconds since 1970.
    static func assertion(_ document: Document, audience: String, at now: Int64) throws(HTTPFailure) -> String {
        struct Header: Encodable {
            var alg = "RS256"
            var typ = "JWT"
            var kid: String?
        }
        struct Claims: Encodable {
            var iss: String
            var scope: String
            var aud: String
            var iat: Int64
            var exp: Int64
        }
        guard let email = document.client_email, let pem = document.private_key else {
            throw HTTPFailure(kind: .permission, why: "the service account's document lacks client_email or private_key")
        }
        let claims = Claims(iss: email, scope: scope, aud: audience, iat: now, exp: now + 3600)
        let text = encoded(Header(kid: document.private_key_id)) + "." + encoded(claims)
        guard let signature = rsaSHA256(pem: Array(pem.utf8), Array(text.utf8)) else {
            throw HTTPFailure(kind: .permission, why: "the service account's private_key is no RSA key that can be read")
        }
        return text + "." + base64url(Data(signature))
    }

    private func exchange(_ uri: String, _ fields: [(String, String)]) throws(HTTPFailure) -> (Secret, lifetime: Duration) {
        let form = fields.map { "\($0.0)=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
        let request = HTTPRequest(
            .post, uri, headers: [.init("content-type", "application/x-www-form-urlencoded")], body: .bytes(Array(form.utf8)))
        return try read(client.perform(request, until: SystemClock.now + .seconds(30)), from: uri)
    }

    private func askMetadata() throws(HTTPFailure) -> (Secret, lifetime: Duration) {
        let host = environment["GCE_METADATA_HOST"] ?? "169.254.169.254"
        let uri = "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token"
        do throws(HTTPFailure) {
            let request = HTTPRequest(.get, uri, headers: [.init("metadata-flavor", "Google")])
            return try read(client.perform(request, until: SystemClock.now + .seconds(1)), from: uri)
        } catch {
            throw HTTPFailure(
                kind: .permission,
                why: "there are no credentials: neither GOOGLE_CREDENTIALS nor GOOGLE_APPLICATION_CREDENTIALS in the agent's environment, "
                    + "nor a metadata server (\(error.why))")
        }
    }

    private func read(_ response: HTTPResponse, from uri: String) throws(HTTPFailure) -> (Secret, lifetime: Duration) {
        struct Token: Decodable {
            var access_token: String
            var expires_in: Int64?
        }
        guard response.isSuccess, let token = try? JSONDecoder().decode(Token.self, from: Data(response.body)) else {
            throw HTTPFailure(kind: .permission, why: "\(uri) answered \(response.status) and no token")
        }
        return (Secret(token.access_token), .seconds(token.expires_in ?? 3600))
    }

    private static func encoded(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { preconditionFailure("texts and numbers can be encoded") }
        return base64url(data)
    }

    /// RFC 4648 §5, without padding.
    private static func base64url(_ data: Data) -> String {
        String(data.base64EncodedString().compactMap { $0 == "=" ? nil : $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}
