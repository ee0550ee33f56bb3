import FoundationEssentials
import Glibc
import Synchronization

/// The agent executable as it travels: hashed and compressed once for the whole fleet, kept in memory for the run.
///
/// Hash and compressed form are kept under `~/.cache/muster/bundles` for the next run, keyed by the file's path, size and time of change.
package final class AgentBundle: Sendable {
    package let path: String
    /// 64 hexadecimal digits; it names the agent's folder in a host's cache.
    package let sha256: String
    package let size: Int64
    /// `x86_64` or `aarch64` by the executable's ELF header; nil for what is no ELF file (a script), which any host may try.
    package let architecture: String?
    private let cache: BundleCache
    private let compressed = Mutex<Task<[UInt8], any Error>?>(nil)
    private let contained = Mutex<Task<AgentImage, any Error>?>(nil)

    /// Hashes the file unless the cache knows it. Blocks for as long as reading it takes: 0.1 s for 24 MB.
    /// `cacheDirectory` nil: `~/.cache/muster/bundles`.
    package init(path: String, cacheDirectory: String? = nil) throws(DeploymentError) {
        self.path = path
        cache = BundleCache(directory: cacheDirectory ?? BundleCache.defaultDirectory)
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unusableBundle(path: path, why: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 else {
            throw .unusableBundle(path: path, why: "it is no executable file")
        }
        let version = BundleCache.Version(
            path: path, size: Int64(status.st_size),
            changed: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
        size = version.size
        architecture = Self.architecture(at: path)
        if let known = cache.checksum(of: version) {
            sha256 = known
        } else {
            sha256 = Deployment.sha256(of: try Self.contents(of: path))
            cache.remember(sha256, of: version)
        }
    }

    /// Where the agent executable is: at `given` (`--agent`), else beside the running program, else at `$MUSTER_AGENT`.
    package static func locate(given: String?) throws(DeploymentError) -> String {
        if let given { return given }
        var candidates: [String] = []
        if let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            candidates.append(program.prefix(upTo: program.lastIndex(of: "/") ?? program.startIndex) + "/muster-agent")
        }
        if let named = getenv("MUSTER_AGENT") { candidates.append(String(cString: named)) }
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else { throw .agentNotFound(searched: candidates) }
        return found
    }

    /// The gzipped executable; made once, on a thread of its own, however many ask.
    func gzipped() async throws(DeploymentError) -> [UInt8] {
        try await once(compressed) { try self.readOrCompress() }
    }

    /// The image of the agent alone; made once likewise.
    func image() async throws(DeploymentError) -> AgentImage {
        try await once(contained) {
            AgentImage(agent: try Self.contents(of: self.path), sha256: self.sha256, architecture: self.architecture)
        }
    }

    private func once<Made: Sendable>(
        _ state: borrowing Mutex<Task<Made, any Error>?>, _ make: @escaping @Sendable () throws -> Made
    ) async throws(DeploymentError) -> Made {
        let task = state.withLock { task in
            if let task { return task }
            // Everybody who asks waits for this one task; it ends by itself.
            let made = Task { try await onThread(make) }
            task = made
            return made
        }
        do {
            return try await task.value
        } catch let error as DeploymentError {
            throw error
        } catch {
            throw .unusableBundle(path: path, why: "\(error)")
        }
    }

    private func readOrCompress() throws(DeploymentError) -> [UInt8] {
        if let known = cache.compressed(sha256, size: size) { return known }
        let bytes = try Self.contents(of: path)
        guard Deployment.sha256(of: bytes) == sha256 else {
            throw .unusableBundle(path: path, why: "it changed while it was being sent")
        }
        let packed = gzip(bytes)
        cache.remember(compressed: packed, of: sha256)
        return packed
    }

    private static func contents(of path: String) throws(DeploymentError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .unusableBundle(path: path, why: "\(error)")
        }
    }

    /// `e_machine` of the ELF header (little-endian, offset 18).
    private static func architecture(at path: String) -> String? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var header = [UInt8](repeating: 0, count: 20)
        guard fread(&header, 1, header.count, file) == header.count, header.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return nil }
        switch UInt16(header[18]) | UInt16(header[19]) << 8 {
        case 62: return "x86_64"
        case 183: return "aarch64"
        case let other: return "machine-\(other)"
        }
    }
}
