import Vocabulary

/// What an agent and everything that it starts may take of its host: `deployment.limits`.
package struct ProcessLimits: Codable, Sendable, Hashable {
    package var memory: ByteCount?
    /// Processors' worth of time.
    package var cpus: Double?
    /// Files that each process may have open.
    package var openFiles: Int?

    package init(memory: ByteCount? = nil, cpus: Double? = nil, openFiles: Int? = nil) {
        self.memory = memory
        self.cpus = cpus
        self.openFiles = openFiles
    }

    package var isEmpty: Bool { self == ProcessLimits() }
}
