/// What a test waited for and did not get.
package struct NeverHappened: Error, CustomStringConvertible {
    package let what: String
    package let deadline: Duration

    package init(what: String, deadline: Duration) {
        self.what = what
        self.deadline = deadline
    }

    package var description: String { "waited \(deadline) for: \(what)" }
}

/// Waits until `condition` holds, asking every 20 ms; throws where it does not within the deadline, which is a hang bound and
/// therefore generous.
package func eventually(
    _ what: String, within deadline: Duration = .seconds(30), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + deadline
    while true {
        if try await condition() { return }
        guard ContinuousClock.now < end else { throw NeverHappened(what: what, deadline: deadline) }
        try await Task.sleep(for: .milliseconds(20))
    }
}
