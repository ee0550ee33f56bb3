/// Whose the storage under test is, and who makes trees on it.
package struct StorageSharing: Codable, Sendable, Hashable {
    package enum TreeCreation: String, Codable, Sendable, Hashable {
        /// All agents make the directories, each its part of the files.
        case concurrent
        /// The first agent makes the directories, all their part of the files.
        case coordinator
        /// The first agent makes both.
        case controller
        /// Each makes its own of both.
        case isolated
    }

    /// All agents see the same objects: each makes its part. Else each makes and reads all of it, in a place of its own.
    package var isShared: Bool = false
    package var treeCreation: TreeCreation = .concurrent

    package init() {}
}
