import Testing

/// The built programs, driven as a person drives them. One test after the other: each has a fleet or agents of its own, and together
/// they would only measure how busy the machine is.
///
/// A suite that needs hosts says `.enabled(if: Fleet.isPossible, WholeRuns.needsFleet)`, so that it is counted as skipped where there
/// can be none.
@Suite("Whole runs", .serialized) struct WholeRuns {
    static let needsFleet: Comment = "needs hosts of namespaces: root, iproute2, tini, openssh-server"
}
