import Vocabulary

/// `io_rate`: an open loop, in which operations are begun at intended times whatever the storage does.
package struct LoadRate: Codable, Sendable, Hashable {
    package enum Distribution: String, Codable, Sendable, Hashable { case exponential, uniform, deterministic }

    /// Of all agents together.
    package var operationsPerSecond: Int
    package var distribution: Distribution
    /// This agent's part of it.
    package var share: Share

    package init(operationsPerSecond: Int, distribution: Distribution = .exponential, share: Share = .whole) {
        self.operationsPerSecond = operationsPerSecond
        self.distribution = distribution
        self.share = share
    }
}

/// `path_selection`: which objects an agent's GET, STAT and DELETE take.
///
/// `share` is the part that is the agent's own: those whose hash mod count is its index; whole where it shares no object with anybody.
package enum PathSelection: Codable, Sendable, Hashable {
    /// Any.
    case random
    /// Its own, and with probability `overlap` (0 to 1) another's.
    case partitioned(share: Share, overlap: Double)
    /// Its own alone.
    case exclusive(share: Share)
    /// Any with probability `overlap`, else its own.
    case weighted(share: Share, overlap: Double)
}

/// `range` of a GET: a part of each object is read in place of all of it.
package struct PartialRead: Codable, Sendable, Hashable {
    package enum Offsets: String, Codable, Sendable, Hashable {
        /// At any multiple of the length.
        case random
        /// One part after the other, then another object; each worker by itself.
        case sequential
        /// At the beginning.
        case start
    }

    /// At least 1.
    package var length: ByteCount
    package var offsets: Offsets

    package init(length: ByteCount, offsets: Offsets = .random) {
        self.length = length
        self.offsets = offsets
    }
}

/// `verify`: what a GET's and a STAT's answer is held against.
package enum Verification: String, Codable, Sendable, Hashable {
    case none
    /// The size that was written.
    case size
    /// The size and each byte.
    case checksum
}

/// `range_engine`: large objects are read in several ranges at once.
package struct RangePolicy: Codable, Sendable, Hashable {
    /// Without it every object is read whole.
    package var isEnabled: Bool = false
    package var chunkSize: ByteCount = .mebibytes(64)
    package var maximumConcurrentRanges: Int = 16
    /// Smaller objects are read whole.
    package var minimumSplitSize: ByteCount = .mebibytes(16)
    /// For one range.
    package var timeout: Duration = .seconds(30)

    package init() {}
}

/// `processes` and `processing_mode`: over how many processes an agent's workers are spread.
package struct ProcessPlan: Codable, Sendable, Hashable {
    package enum Mode: String, Codable, Sendable, Hashable {
        case multiProcess = "multi_process"
        /// One process with as many event loops.
        case multiRuntime = "multi_runtime"
    }

    /// At least 1; nil: one a core of the host.
    package var count: Int? = 1
    package var mode: Mode = .multiProcess

    package init() {}
}
