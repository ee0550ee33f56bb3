import Vocabulary

/// What requests to Amazon's and compatible stores are signed with.
struct AWSCredentials: Sendable, Equatable {
    var accessKey: String
    var secretKey: Secret
    /// Of temporary credentials.
    var sessionToken: Secret?
    /// When they end, wall-clock nanoseconds since 1970; nil: never.
    var expires: Int64?

    /// Whether they end within five minutes of `now`.
    func isStale(at now: Int64) -> Bool { expires.map { $0 - now < 300_000_000_000 } ?? false }
}
