import Foundation
import TestKit
import Testing

/// The built programs, driven as a person drives them. One test after the other: each has a fleet or agents of its own, and together
/// they would only measure how busy the machine is.
///
/// A suite that needs hosts says `.enabled(if: Fleet.isPossible, WholeRuns.needsFleet)`, so that it is counted as skipped where there
/// can be none.
///
/// A test's body is a function, never a closure: in a closure Swift 6.3 may give two closures inside of `#expect` and `#require` one
/// symbol, and then runs one of them for the other.
@Suite("Whole runs", .serialized) struct WholeRuns {
    static let needsFleet: Comment = "needs hosts of namespaces: root, iproute2, tini, openssh-server"
}

/// A fleet and a folder of its own for one test.
func onFleet(_ count: Int, _ body: (Fleet, URL) async throws -> Void) async throws {
    try await withFleet(count) { fleet in try await withTemporaryFolder { try await body(fleet, $0) } }
}
