import Foundation

/// Writes an executable script.
///
/// It is copied into place by a process of its own: were it written here, another test's child, started at that moment, could hold it
/// open for writing, and to run it would fail with "text file busy".
package func writeProgram(_ text: String, to file: URL) throws {
    let draft = file.appendingPathExtension("draft")
    try Data(text.utf8).write(to: draft)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: draft.path)
    let status = try Execution.start("/bin/cp", ["-p", draft.path, file.path]).waitBlocking()
    precondition(status == 0, "cp copies a file of ours")
    try FileManager.default.removeItem(at: draft)
}
