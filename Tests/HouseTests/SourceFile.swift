import Foundation
import TestKit

/// One Swift file of the tree, as text and as code: the same lines with comments and strings blanked out.
struct SourceFile: Sendable {
    /// Relative to the repository.
    let path: String
    let text: String
    let code: String
    let codeLines: [Substring]
    var lineCount: Int { codeLines.count - 1 }

    /// The folder below Sources or Tests that it belongs to.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    init(path: String, text: String) {
        self.path = path
        self.text = text
        var blanking = Blanking(text)
        code = blanking.code()
        codeLines = code.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// All that are written by hand below `folder`.
    static func all(below folder: String) throws -> [SourceFile] {
        let root = Repository.root.appendingPathComponent(folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        return try paths.filter { $0.hasSuffix(".swift") && !$0.contains("Generated/") }.sorted().map { path in
            SourceFile(path: "\(folder)/\(path)", text: try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8))
        }
    }

    static func everything() throws -> [SourceFile] { try read.get() }

    /// Read once for all tests.
    private static let read = Result { try all(below: "Sources") + all(below: "Tests") }
}
