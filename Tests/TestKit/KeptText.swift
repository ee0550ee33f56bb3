import Foundation

/// Where `made` first differs from a text of the repository; nil where it is the same.
///
/// With MUSTER_RECORD set the text is written instead, to be looked at before it is committed.
package func difference(of made: String, from path: String) throws -> String? {
    if ProcessInfo.processInfo.environment["MUSTER_RECORD"] != nil {
        try Data(made.utf8).write(to: Repository.root.appendingPathComponent(path))
        return nil
    }
    let kept = try String(contentsOfFile: Repository.path(path), encoding: .utf8)
    guard made != kept else { return nil }
    let (new, old) = (made.components(separatedBy: "\n"), kept.components(separatedBy: "\n"))
    let line = zip(new, old).enumerated().first { $0.element.0 != $0.element.1 }
    let place = line.map { "line \($0.offset + 1) is\n  \($0.element.0)\nand was\n  \($0.element.1)" } ?? "one is longer"
    return "\(path): \(place)\nMUSTER_RECORD=1 writes it anew"
}
