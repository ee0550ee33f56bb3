import Vocabulary

/// A controller that has taken a run in hand.
package struct ControllerBeginning: Codable, Sendable, Equatable {
    /// From 1; agents follow the one with the highest.
    package var number: Int
    package var pid: Int
    /// The boot of its machine, in which its monotonic clock counts.
    package var boot: String
    /// The moment of that clock at which the run began; `mono_ns` of its events counts from there.
    @InNanoseconds package var zero: Duration
    /// The port at which agents dial back, where they do.
    package var port: Int?

    package init(number: Int, pid: Int, boot: String, zero: Moment, port: Int? = nil) {
        self.number = number
        self.pid = pid
        self.boot = boot
        self.zero = .nanoseconds(zero.nanoseconds)
        self.port = port
    }

    enum CodingKeys: String, CodingKey {
        case number, pid, boot, port
        case zero = "zero_ns"
    }
}

/// An agent that was started on its host: what another controller has to know to reach it there.
package struct Deployed: Codable, Sendable, Equatable {
    package var cached: Bool
    package var sentBytes: Int64
    /// Whose host handed the agent on; nil: it was sent from here, or was there.
    package var fedBy: AgentID?
    /// Its run directory on the host.
    package var directory: String
    /// Its supervisor's process.
    package var pid: Int
    /// Of the agent's executable.
    package var sha256: String

    package init(cached: Bool, sent: ByteCount, directory: String = "", pid: Int = 0, sha256: String = "") {
        self.cached = cached
        sentBytes = sent.bytes
        self.directory = directory
        self.pid = pid
        self.sha256 = sha256
    }

    package var sent: ByteCount { ByteCount(sentBytes) }

    enum CodingKeys: String, CodingKey {
        case cached, directory, pid, sha256
        case sentBytes = "sent_bytes"
        case fedBy = "fed_by"
    }
}
