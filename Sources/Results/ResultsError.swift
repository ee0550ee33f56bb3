/// What could not be done with a result file, why, and what to try.
package enum ResultsError: Error, Equatable, CustomStringConvertible {
    /// `verb` is what was tried, `why` the system's words.
    case file(verb: String, path: String, why: String)
    /// A line in the middle of an event log cannot be read; a torn last one is no error.
    case eventLog(path: String, line: Int, why: String)
    /// A path that an agent gave for a result file could lead out of its folder.
    case unsafePath(String, why: String)
    /// An agent sends more than its folder may hold.
    case tooMuch(path: String, limit: String)
    /// Another process has the run in hand.
    case heldBy(process: Int, path: String)
    /// There is nothing of a run to go on with.
    case notToTakeUp(path: String, why: String)
    /// A file of records is not one, or is broken before its end.
    case records(path: String, why: String)

    package var description: String {
        switch self {
        case .file(let verb, let path, let why):
            "cannot \(verb) \(path): \(why)\n  fix: see that the folder exists, is yours, and has room"
        case .eventLog(let path, let line, let why):
            "cannot read event log \(path), line \(line): \(why)\n  fix: the file was changed by another program; the lines before it are whole"
        case .unsafePath(let path, let why):
            "refused result file '\(path)': \(why)\n  fix: a stage may only leave plain files and folders in $MUSTER_RESULTS"
        case .tooMuch(let path, let limit):
            "refused result file '\(path)': more than \(limit)\n  fix: leave less in $MUSTER_RESULTS, or fetch it by other means"
        case .heldBy(let process, let path):
            "cannot take the run of \(path) in hand: process \(process) has it\n  fix: muster status shows it, muster stop ends it"
        case .notToTakeUp(let path, let why):
            "cannot go on with the run in \(path): \(why)\n  fix: muster ps lists the runs that can be gone on with"
        case .records(let path, let why):
            "cannot read \(path): \(why)\n  fix: it is no file of this program's, or of a newer version"
        }
    }
}
