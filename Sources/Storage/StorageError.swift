import Vocabulary

/// Why the storage under test did not do an operation.
package struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case notFound = "not found"
        case permission
        case noSpace = "no space"
        case exists
        case notEmpty = "not empty"
        case timeout
        /// The server asks for fewer requests.
        case throttled
        /// The server cannot be reached, or the connection broke.
        case network
        /// The server failed, or refused for a reason of its own.
        case server
        /// The answer is not what was stored.
        case integrity
        case unsupported
        case io = "I/O"
    }

    package var kind: Kind
    package var operation: OperationKind
    package var uri: String
    /// In the words of whoever knows: the kernel's, the server's.
    package var why: String
    /// How long the server asks to be left alone; nil where it does not.
    package var retryAfter: Duration?

    package init(_ kind: Kind, _ operation: OperationKind, uri: String, why: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.operation = operation
        self.uri = uri
        self.why = why
        self.retryAfter = retryAfter
    }

    package var description: String {
        let text = "cannot \(verb) \(uri): \(why)"
        return fix.map { "\(text)\n  fix: \($0)" } ?? text
    }

    /// The next thing to try, where there is one that holds for all of its kind.
    package var fix: String? {
        switch kind {
        case .permission where Targets.isObjectStore(uri): "give the agents credentials that may, in the playbook's env or on the hosts"
        case .permission: "let the agent's user write there, or choose another target"
        case .noSpace: "free space there, or make fewer or smaller objects"
        case .unsupported: "use a target that this build knows: \(Targets.schemes.map { "\($0)://" }.joined(separator: ", "))"
        default: nil
        }
    }

    private var verb: String {
        switch operation {
        case .get: "read"
        case .put: "write"
        case .list: "list"
        case .stat: "look up"
        case .delete: "delete"
        case .mkdir: "make directory"
        case .rmdir: "remove directory"
        }
    }
}
