import ArgumentParser
import FoundationEssentials
import Results
import Vocabulary

/// Which run a command is about.
struct RunArgument: ParsableArguments {
    @Argument(help: "The run: its id, its folder, or the beginning of either; default: the only one that is running.")
    var run: String?

    @Option(help: ArgumentHelp("Look for runs in here, too.", valueName: "folder"), completion: .directory)
    var results = "."

    /// The run's folder, or exit code 2 with the runs that it could be.
    func folder() throws -> RunFolder {
        if let run, FileManager.default.fileExists(atPath: "\(run)/events.jsonl") { return RunFolder(path: absolute(run)) }
        let known = KnownRun.all(in: results)
        guard let run else { return try only(known) }
        let exact = known.filter { $0.id == run || $0.folderName == run }
        let matching = exact.isEmpty ? known.filter { $0.id.hasPrefix(run) || $0.folderName.hasPrefix(run) } : exact
        guard let found = matching.first else { throw ValidationError("there is no run '\(run)' here" + Self.list(known)) }
        guard matching.count == 1 else { throw ValidationError("'\(run)' could be \(matching.count) runs" + Self.list(matching)) }
        return found.folder
    }

    /// The only run that is running, else the only one that is not over.
    private func only(_ known: [KnownRun]) throws -> RunFolder {
        let unfinished = known.filter(\.isUnfinished)
        let running = unfinished.filter { $0.controller != nil }
        if running.count == 1 { return running[0].folder }
        if running.isEmpty, unfinished.count == 1 { return unfinished[0].folder }
        let some = running.isEmpty ? unfinished : running
        throw ValidationError(
            some.isEmpty ? "no run is running; name one" + Self.list(known) : "\(some.count) runs are not over; name one" + Self.list(some))
    }

    private static func list(_ runs: [KnownRun]) -> String {
        runs.suffix(10).map { "\n  \($0.id)  \($0.folder.path)" }.joined()
    }
}

/// A run as its folder shows it.
struct KnownRun {
    let id: String
    let folder: RunFolder

    var folderName: String { folder.path.split(separator: "/").last.map(String.init) ?? "" }
    /// Whether it can still be gone on with.
    var isUnfinished: Bool { folder.control.exists }
    /// The process that has it in hand.
    var controller: Int? { folder.control.holder }

    /// What this machine's list of unfinished runs and a folder hold, each run once, the oldest first.
    static func all(in parent: String) -> [KnownRun] {
        var found: [String: KnownRun] = [:]
        for (id, folder) in RunRegistry().runs { found[id] = KnownRun(id: id, folder: folder) }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix("muster-") {
            let folder = RunFolder(path: absolute("\(parent)/\(name)"))
            if let id = id(of: folder) { found[id] = KnownRun(id: id, folder: folder) }
        }
        return found.values.sorted { $0.id < $1.id }
    }

    /// From the first line of its log; nil where that is none of this version's.
    private static func id(of folder: RunFolder) -> String? {
        var tail = EventTail(path: folder.eventsPath)
        guard case .runBegan(let beginning) = try? tail.next().first?.kind else { return nil }
        return beginning.run.text
    }
}

/// A path that means the same in every folder.
func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + (path == "." ? "" : "/" + path)
}
