import FoundationEssentials
import Synchronization
import Vocabulary

/// Where credentials come from: the environment, else the profile, else the metadata service of a container or an instance.
///
/// Temporary ones of a metadata service are asked for again five minutes before they end. A service that is silent is asked at most
/// once in ten seconds, for one second.
final class AWSCredentialChain: Sendable {
    private struct State {
        var known: AWSCredentials?
        var failure: HTTPFailure?
        var askAgain = Moment.zero
    }

    private let environment: [String: String]
    private let profile: AWSProfile
    private let state = Mutex(State())

    init(environment: [String: String], profile: AWSProfile) {
        self.environment = environment
        self.profile = profile
    }

    func current() throws(HTTPFailure) -> AWSCredentials {
        try state.withLock { state throws(HTTPFailure) in
            if let known = state.known, !known.isStale(at: SystemClock.utcNanoseconds) { return known }
            if let failure = state.failure, SystemClock.now < state.askAgain { throw failure }
            do throws(HTTPFailure) {
                let found = try find()
                state.known = found
                return found
            } catch {
                state.failure = error
                state.askAgain = SystemClock.now + .seconds(10)
                throw error
            }
        }
    }

    private func find() throws(HTTPFailure) -> AWSCredentials {
        if let id = nonempty(environment["AWS_ACCESS_KEY_ID"]), let secret = nonempty(environment["AWS_SECRET_ACCESS_KEY"]) {
            return AWSCredentials(
                accessKey: id, secretKey: Secret(secret), sessionToken: nonempty(environment["AWS_SESSION_TOKEN"]).map { Secret($0) })
        }
        let values = profile.values
        if let id = nonempty(values["aws_access_key_id"]), let secret = nonempty(values["aws_secret_access_key"]) {
            return AWSCredentials(
                accessKey: id, secretKey: Secret(secret), sessionToken: nonempty(values["aws_session_token"]).map { Secret($0) })
        }
        do throws(HTTPFailure) {
            return try AWSMetadata(environment: environment).credentials()
        } catch {
            let others = ["credential_process", "sso_session", "sso_start_url", "role_arn"].filter { values[$0] != nil }
            let hint = others.isEmpty ? "" : "; the profile's \(others.joined(separator: ", ")) is not followed"
            throw HTTPFailure(
                kind: .permission,
                why: "there are no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the agent's environment, "
                    + "nor a profile in ~/.aws/credentials, nor a metadata service (\(error.why))\(hint)")
        }
    }

    private func nonempty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
}
