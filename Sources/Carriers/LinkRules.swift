/// How patient a link's end is.
package struct LinkRules: Sendable {
    /// Silence after which the peer is asked for a sign of life.
    package var keepAliveInterval: Duration = .seconds(30)
    /// Silence after that which ends the connection.
    package var keepAliveTimeout: Duration = .seconds(10)
    /// From the connection to the greeting's end, TLS included.
    package var greetingDeadline: Duration = .seconds(10)
    /// Connections of one doorway that may be in their greeting at once.
    package var greetingLimit: Int = 256
    /// The first wait before dialling again; it doubles up to `longestBackoff`, and half of it is chance.
    package var shortestBackoff: Duration = .milliseconds(100)
    package var longestBackoff: Duration = .seconds(5)
    /// Time without a connection after which a dialler says what keeps it from one.
    package var tellFailureAfter: Duration = .seconds(3)
    /// How long a dialler goes on without a connection; nil: until it is closed.
    package var giveUpAfter: Duration?

    package init() {}
}

/// Waits between attempts that grow.
struct Backoff {
    private let rules: LinkRules
    private var wait: Duration

    init(_ rules: LinkRules) {
        self.rules = rules
        wait = rules.shortestBackoff
    }

    /// Something worked: begin again with the shortest.
    mutating func reset() { wait = rules.shortestBackoff }

    mutating func next() -> Duration {
        defer { wait = min(wait * 2, rules.longestBackoff) }
        return wait * Double.random(in: 0.5...1)
    }
}
