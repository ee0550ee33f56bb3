import Measurement
import Vocabulary

/// The rows of `workload_endpoint_stats.tsv` and `prepare_endpoint_stats.tsv`: one an endpoint, operations of all kinds together.
///
/// Percentiles are in µs with two decimals; operations that failed are counted under `errors` alone.
struct EndpointTable {
    private static let header =
        "endpoint\toperation_count\tbytes\terrors\tlatency_p50_us\tlatency_p90_us\tlatency_p99_us\tlatency_p999_us\n"

    private let endpoints: [EndpointStatistics]

    init(_ endpoints: [EndpointStatistics]) { self.endpoints = endpoints }

    var text: String { Self.header + endpoints.map(row).joined() }

    private func row(_ one: EndpointStatistics) -> String {
        let latency = Microseconds(one.statistics.latency)
        let counts = [one.statistics.count, one.statistics.bytes, one.statistics.errors].map { "\($0)" }
        let percentiles = [50, 90, 99, 99.9].map { fixed(latency.at($0), decimals: 2) }
        return ([oneLine(one.endpoint)] + counts + percentiles).joined(separator: "\t") + "\n"
    }
}
