import Foundation

/// A folder of a test's own under the system's temporary directory, removed with all that is in it when the body ends.
package func withTemporaryFolder<T>(_ name: String = "muster-test", _ body: (URL) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}
