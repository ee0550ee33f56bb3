import Glibc

/// Where the runs of this machine that are not over have their folders: `~/.local/state/muster/controlled/`, a link a run, named by its id.
package struct RunRegistry: Sendable {
    private let folder: String

    /// `home`: the person's, from the environment where it is not given; runs are not listed where there is none.
    package init(home: String? = nil) {
        let home = home ?? getenv("HOME").map { String(cString: $0) } ?? ""
        folder = home.isEmpty ? "" : "\(home)/.local/state/muster/controlled"
    }

    /// Lists a run whose folder has an absolute path; what cannot be listed can still be named by its folder.
    package func add(_ run: String, at path: String) {
        guard !folder.isEmpty, (try? makeFolders(folder, permissions: 0o700)) != nil else { return }
        unlink("\(folder)/\(run)")
        symlink(path, "\(folder)/\(run)")
    }

    /// Takes a run off the list, and the folders of the list away with its last.
    package func remove(_ run: String) {
        guard !folder.isEmpty else { return }
        unlink("\(folder)/\(run)")
        guard rmdir(folder) == 0 else { return }
        rmdir(String(folder.dropLast("/controlled".count)))
    }

    /// The runs that are listed, by id, with their folders; one whose folder is gone is taken off.
    package var runs: [(id: String, folder: RunFolder)] {
        guard !folder.isEmpty, let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [(id: String, folder: RunFolder)] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard !name.hasPrefix("."), let path = target(of: "\(folder)/\(name)") else { continue }
            if access("\(path)/events.jsonl", F_OK) == 0 {
                found.append((name, RunFolder(path: path)))
            } else if errno == ENOENT {
                unlink("\(folder)/\(name)")
            }
        }
        return found.sorted { $0.id < $1.id }
    }

    private func target(of link: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { $0.withMemoryRebound(to: CChar.self) { readlink(link, $0.baseAddress!, $0.count) } }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
