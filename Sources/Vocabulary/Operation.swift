/// What one timed call does to the storage under test.
package enum OperationKind: String, Sendable, Codable, CaseIterable, Hashable {
    case get, put, list, stat, delete, mkdir, rmdir

    /// The class that the reference formats fold it into.
    package var operationClass: OperationClass {
        switch self {
        case .get: .get
        case .put: .put
        case .list, .stat, .delete, .mkdir, .rmdir: .meta
        }
    }

    /// `GET`, `LIST`, …: as tables print it.
    package var label: String { rawValue.uppercased() }
}

/// The three classes of operations that result files report: GET, PUT and, for all others together, META.
package enum OperationClass: String, Sendable, Codable, CaseIterable, Hashable {
    case get = "GET"
    case put = "PUT"
    case meta = "META"
}
