/// Does again what an operation log says, at the same distances in time or faster.
package struct ReplayWork: Codable, Sendable, Equatable {
    /// Names that begin with `from` begin with `to` instead; the first that fits holds.
    package struct Remap: Codable, Sendable, Hashable {
        package var from: String
        package var to: String

        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    /// A sorted log: absolute, or below the agent's folder of files.
    package var log: String
    package var remaps: [Remap] = []
    /// How many times faster than the trace; nil: as fast as the storage answers.
    package var speed: Double? = 1
    /// Operations that may be under way at once.
    package var workers = 64
    /// More errors end it.
    package var maximumErrors = 100
    /// This agent's part: of the log's operations, numbered from 0, those whose number mod count is the index.
    package var share = Share.whole

    package init(log: String) { self.log = log }
}
