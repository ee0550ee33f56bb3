import FoundationEssentials
import Glibc
import Plans

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

    // What is pushed beside the agent: one package for each place that something is pushed from and to.

    private struct Package: Codable {
        var signature: String
        var sha256: String
        var size: Int64
    }

    /// nil where the files have changed, or the package is gone or cut off.
    func package(of push: FilePush, signature: String) -> (sha256: String, size: Int64)? {
        guard let known = package(of: push), known.signature == signature else { return nil }
        var status = stat()
        guard stat(packagePath(known.sha256), &status) == 0, Int64(status.st_size) == known.size else { return nil }
        return (known.sha256, known.size)
    }

    /// What was pushed from there before is of no more use.
    func remember(package sha256: String, size: Int64, of push: FilePush, signature: String) {
        if let old = package(of: push), old.sha256 != sha256 { unlink(packagePath(old.sha256)) }
        guard let document = try? JSONEncoder().encode(Package(signature: signature, sha256: sha256, size: size)) else { return }
        write([UInt8](document), to: packageEntryPath(push))
    }

    func packagePath(_ sha256: String) -> String { "\(directory)/\(sha256).tgz" }

    /// Where a file can be written that is renamed then.
    func placeBeside() throws -> String {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return "\(directory)/new.\(getpid())-\(UInt32.random(in: .min ... .max))"
    }

    private func package(of push: FilePush) -> Package? {
        guard let data = try? Data(contentsOf: URL(filePath: packageEntryPath(push))) else { return nil }
        return try? JSONDecoder().decode(Package.self, from: data)
    }

    private func packageEntryPath(_ push: FilePush) -> String {
        let path = absolutePath(push.from)
        let name = Deployment.sha256(of: Array("\(path)\0\(push.to)\0\(push.mode ?? -1)".utf8)).prefix(16)
        return "\(directory)/push-\(name).json"
    }

    private func absolutePath(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

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
