/// What the format has and this build does not carry out. A playbook that asks for it checks and plans; `run` refuses it by this name.
///
/// Whoever carries one out takes its case away, and the compiler leads to where it is asked for.
enum LaterFeature: String, CaseIterable {
    case s3 = "s3://"
    case azure = "az://"
    case googleCloud = "gs://"
    case severalEndpoints = "multi_endpoint with several endpoints"
    case rangeEngine = "range_engine"
    case processes = "processes"
    case errorRate = "error_rate_threshold"
    case errorRateWindow = "error_rate_window"
    case errorBackoff = "backoff_duration"
    case retries = "retry_on_error"
    case relay = "relay: auto"
    case performanceLogPath = "perf_log.path"

    /// What this build does instead.
    var fix: String {
        switch self {
        case .s3, .azure, .googleCloud: "use file:// until then"
        case .severalEndpoints: "name one endpoint, or set target"
        case .relay: "relay: off"
        case .performanceLogPath: "perf_log.tsv, in the results' folder"
        default: "leave it out, or use a later version of muster"
        }
    }

    /// The storage that a URI's scheme names; nil where this build has it.
    init?(scheme: String) {
        switch scheme {
        case "s3": self = .s3
        case "az": self = .azure
        case "gs", "gcs": self = .googleCloud
        default: return nil
        }
    }
}
