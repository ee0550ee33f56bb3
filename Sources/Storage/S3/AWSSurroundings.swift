import FoundationEssentials
import Synchronization
import Vocabulary

/// What this process's environment and the account's profile say of Amazon's and compatible stores, and what servers have taught since.
///
/// Read once and shared by all workers.
final class AWSSurroundings: Sendable {
    static let shared = AWSSurroundings(environment: ProcessInfo.processInfo.environment)

    /// `http://host:port`; nil: Amazon's own of the region.
    let endpoint: String?
    let region: String
    /// Whether the bucket stands in the path; nil: where the server is not Amazon's, or the bucket's name is no name of a host.
    let usesPath: Bool?
    let environment: [String: String]
    let profile: AWSProfile
    private let credentialChain: AWSCredentialChain
    private let regions = Mutex<[String: String]>([:])
    /// Nanoseconds by which servers' clocks are ahead of this host's.
    private let clockOffset = Atomic<Int64>(0)

    init(environment: [String: String]) {
        self.environment = environment
        let home = environment["HOME"] ?? ""
        let value = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        profile = AWSProfile(
            value("AWS_PROFILE") ?? value("AWS_DEFAULT_PROFILE") ?? "default",
            credentialsFile: value("AWS_SHARED_CREDENTIALS_FILE") ?? home + "/.aws/credentials",
            configFile: value("AWS_CONFIG_FILE") ?? home + "/.aws/config")
        endpoint =
            value("AWS_ENDPOINT_URL_S3") ?? value("AWS_ENDPOINT_URL") ?? profile.values["s3.endpoint_url"] ?? profile.values["endpoint_url"]
        region = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? profile.values["region"] ?? "us-east-1"
        switch value("AWS_S3_ADDRESSING_STYLE") ?? profile.values["s3.addressing_style"] {
        case "path": usesPath = true
        case "virtual": usesPath = false
        default: usesPath = nil
        }
        credentialChain = AWSCredentialChain(environment: environment, profile: profile)
    }

    func credentials() throws(HTTPFailure) -> AWSCredentials { try credentialChain.current() }

    func region(of bucket: String) -> String { regions.withLock { $0[bucket] } ?? region }

    func learn(region: String, of bucket: String) { regions.withLock { $0[bucket] = region } }

    /// Wall-clock nanoseconds since 1970 as servers have them.
    var now: Int64 { SystemClock.utcNanoseconds + clockOffset.load(ordering: .relaxed) }

    func learn(serverTime: Int64) { clockOffset.store(serverTime - SystemClock.utcNanoseconds, ordering: .relaxed) }
}
