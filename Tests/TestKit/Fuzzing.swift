import Foundation

/// For how long the fuzz tests of decoders and readers spoil what they read, and where their chance begins.
package enum Fuzzing {
    private static let environment = ProcessInfo.processInfo.environment

    /// `MUSTER_FUZZ_SECONDS` for each of them; scripts/test 60, scripts/soak 600.
    package static let seconds = environment["MUSTER_FUZZ_SECONDS"].flatMap(Double.init) ?? 2

    /// `MUSTER_FUZZ_SEED`: with the same one the same is tried, in the same order.
    package static let seed = environment["MUSTER_FUZZ_SEED"].flatMap { UInt64($0) } ?? 0
}
