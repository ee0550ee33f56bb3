import Plans

/// What an object of the playbook's making holds: all of its bytes follow from this.
struct KnownContent: Sendable, Equatable {
    var size: Int64
    var fill: Fill
    var seed: UInt64
    var index: UInt64
    var dedupFactor: Int
    var compressFactor: Int
}
