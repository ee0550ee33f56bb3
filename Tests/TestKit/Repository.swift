import Foundation

/// The checkout that the tests were built from.
package enum Repository {
    /// The package's folder, whatever symbolic links led to it.
    package static let root: URL = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static func path(_ relative: String) -> String { root.appendingPathComponent(relative).path }
}
