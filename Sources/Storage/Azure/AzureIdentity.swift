import FoundationEssentials
import Synchronization
import Vocabulary

/// Access tokens of a managed identity: of this virtual machine (IMDS), or of an App Service that says where to ask. Shared by all workers.
///
/// <https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>
final class AzureIdentity: Sendable {
    private static let resource = "https://storage.azure.com/"
    /// For an answer: elsewhere nobody is at that address.
    private static let deadline: Duration = .seconds(3)

    private struct State {
        var token: Secret?
        var failure: HTTPFailure?
        /// When to ask again: some minutes before the token's end.
        var askAgain = Moment.zero
    }

    private let environment: [String: String]
    private let state = Mutex(State())

    init(environment: [String: String]) { self.environment = environment }

    func token() throws(HTTPFailure) -> Secret {
        try state.withLock { state throws(HTTPFailure) in
            if SystemClock.now < state.askAgain {
                if let failure = state.failure { throw failure }
                if let token = state.token { return token }
            }
            do throws(HTTPFailure) {
                let (token, lifetime) = try ask()
                state = State(token: token, askAgain: SystemClock.now + max(lifetime - .seconds(300), .seconds(30)))
                return token
            } catch {
                let why =
                    "there are no credentials: neither AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN nor AZURE_STORAGE_CONNECTION_STRING in the "
                    + "agent's environment, nor a managed identity (\(error.why))"
                let failure = HTTPFailure(kind: .permission, why: why)
                state = State(failure: failure, askAgain: SystemClock.now + .seconds(10))
                throw failure
            }
        }
    }

    private func ask() throws(HTTPFailure) -> (Secret, lifetime: Duration) {
        struct Answer: Decodable { var access_token: String }
        let response = try HTTPClient().perform(request, until: SystemClock.now + Self.deadline)
        guard response.isSuccess, let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
            throw HTTPFailure(kind: .permission, why: "\(request.url.prefix { $0 != "?" }) answered \(response.status) and no token")
        }
        return (Secret(answer.access_token), Self.lifetime(Data(response.body)))
    }

    private var request: HTTPRequest {
        var words = ["resource=\(PercentEncoding.query(Self.resource))"]
        if let client = value("AZURE_CLIENT_ID") { words.append("client_id=\(PercentEncoding.query(client))") }
        if let endpoint = value("IDENTITY_ENDPOINT"), let proof = value("IDENTITY_HEADER") {
            let url = "\(endpoint)?api-version=2019-08-01&" + words.joined(separator: "&")
            return HTTPRequest(.get, url, headers: [.init("x-identity-header", proof)])
        }
        let host = value("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254"
        let url = "\(host)/metadata/identity/oauth2/token?api-version=2018-02-01&" + words.joined(separator: "&")
        return HTTPRequest(.get, url, headers: [.init("metadata", "true")])
    }

    /// Seconds, as a text or a number; App Services tell the end, seconds since 1970, in place of the length.
    private static func lifetime(_ answer: Data) -> Duration {
        struct Texts: Decodable { var expires_in, expires_on: String? }
        struct Numbers: Decodable { var expires_in, expires_on: Int64? }
        let texts = try? JSONDecoder().decode(Texts.self, from: answer)
        let numbers = try? JSONDecoder().decode(Numbers.self, from: answer)
        if let length = texts?.expires_in.flatMap({ Int64($0) }) ?? numbers?.expires_in { return .seconds(length) }
        guard let end = texts?.expires_on.flatMap({ Int64($0) }) ?? numbers?.expires_on else { return .seconds(3600) }
        return .seconds(end - SystemClock.utcNanoseconds / 1_000_000_000)
    }

    private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
}
