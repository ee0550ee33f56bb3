import Vocabulary

/// `error_handling`: when errors end a load, and what an operation that failed does next.
package struct ErrorPolicy: Codable, Sendable, Hashable {
    /// Errors of one agent in all after which its load ends.
    package var maximumTotalErrors: Int = 100
    /// Errors a second, over `rateWindow`, beyond which the agent pauses for `backoff`.
    package var rateThreshold: Double = 5
    package var rateWindow: Duration = .seconds(1)
    package var backoff: Duration = .seconds(5)
    /// Without it an operation that failed is an error at once.
    package var retriesOnError: Bool = false
    package var retries = RetryPolicy()

    package init() {}
}

/// How often and when an operation that failed is tried again.
package struct RetryPolicy: Codable, Sendable, Hashable {
    /// Tries after the first.
    package var maximum: Int = 3
    package var initialDelay: Duration = .milliseconds(100)
    package var maximumDelay: Duration = .milliseconds(5000)
    /// Each delay is the one before times this, at least 1.
    package var multiplier: Double = 2
    /// Each delay is changed at random by up to this part of it, 0 to 1.
    package var jitter: Double = 0.25

    package init() {}
}
