import FoundationEssentials
import Glibc

/// What is known of agent executables from earlier runs: a small JSON file for each path and the compressed form by hash.
///
/// Only a saving: whatever cannot be read or written is made anew.
struct BundleCache: Sendable {
    /// One state of one file.
    struct Version: Codable, Equatable {
        var path: String
        var size: Int64
        /// Nanoseconds since 1970.
        var changed: Int64
    }

    private struct Entry: Codable {
        var version: Version
        var sha256: String
    }

    let directory: String

    static var defaultDirectory: String {
        (getenv("HOME").map { String(cString: $0) } ?? "/tmp") + "/.cache/muster/bundles"
    }

    func checksum(of version: Version) -> String? {
        guard let entry = entry(of: version.path), entry.version == version else { return nil }
        return entry.sha256
    }

    func remember(_ sha256: String, of version: Version) {
        // The compressed form of what stood at this path before is of no more use.
        if let old = entry(of: version.path), old.sha256 != sha256 { unlink(gzipPath(old.sha256)) }
        guard let document = try? JSONEncoder().encode(Entry(version: version, sha256: sha256)) else { return }
        write([UInt8](document), to: entryPath(version.path))
    }

    /// nil where it is not there or cut off: gzip's own length field at its end is compared, the hosts check the rest.
    func compressed(_ sha256: String, size: Int64) -> [UInt8]? {
        guard let data = try? Data(contentsOf: URL(filePath: gzipPath(sha256))), data.count >= 18 else { return nil }
        let length = data.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return length == UInt32(truncatingIfNeeded: size) ? [UInt8](data) : nil
    }

    func remember(compressed bytes: [UInt8], of sha256: String) { write(bytes, to: gzipPath(sha256)) }

    private func entry(of path: String) -> Entry? {
        guard let data = try? Data(contentsOf: URL(filePath: entryPath(path))) else { return nil }
        return try? JSONDecoder().decode(Entry.self, from: data)
    }

    private func entryPath(_ path: String) -> String { "\(directory)/\(Deployment.sha256(of: [UInt8](path.utf8)).prefix(16)).json" }
    private func gzipPath(_ sha256: String) -> String { "\(directory)/\(sha256).gz" }

    /// Written beside and renamed, so that nobody ever reads half a file.
    private func write(_ bytes: [UInt8], to path: String) {
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let beside = "\(path).\(getpid())-\(UInt32.random(in: .min ... .max))"
        guard (try? Data(bytes).write(to: URL(filePath: beside))) != nil, rename(beside, path) == 0 else {
            unlink(beside)
            return
        }
    }
}
