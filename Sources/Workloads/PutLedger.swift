import Vocabulary

/// What PUTs and MKDIRs of a run made, so that cleanup can delete exactly that.
///
/// Names follow from a seed and a counter, so a billion objects take one entry a stage, operation and worker.
package struct PutLedger: Sendable, Codable, Equatable {
    /// The names `made[from ..< upTo]` of one worker's operation.
    package struct Entry: Sendable, Codable, Equatable {
        package var stage: StageOrder
        package var kind: OperationKind
        /// The operation's URI, with or without `{}`.
        package var uri: String
        /// Names follow from it and their counter.
        package var seed: UInt64
        /// Those before it were deleted again by the load itself.
        package var from: UInt64
        package var upTo: UInt64

        package init(stage: StageOrder, kind: OperationKind, uri: String, seed: UInt64, from: UInt64 = 0, upTo: UInt64) {
            self.stage = stage
            self.kind = kind
            self.uri = uri
            self.seed = seed
            self.from = from
            self.upTo = upTo
        }

        package var count: UInt64 { upTo > from ? upTo - from : 0 }
    }

    package var entries: [Entry] = []
    /// Directories, as URIs, that were made because an object's own was not there; parents before children. At most `directoryLimit`.
    package var directories: [String] = []

    package static let directoryLimit = 10_000

    package init() {}

    package var isEmpty: Bool { entries.isEmpty && directories.isEmpty }

    /// Adds directories, each once, up to the limit.
    package mutating func add(directories made: [String]) {
        let known = Set(directories)
        for directory in made where !known.contains(directory) && directories.count < Self.directoryLimit {
            directories.append(directory)
        }
    }
}
