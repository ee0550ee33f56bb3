import FoundationEssentials
import Glibc
import Plans

/// A push as it travels: a gzipped tar archive, made once for the whole fleet and kept under `~/.cache/muster/bundles` for the next run.
///
/// It is known by the SHA-256 of its own bytes; hosts keep it under that name, and a host that has it is sent nothing.
package struct FilePackage: Sendable {
    package let push: FilePush
    /// 64 hexadecimal digits.
    package let sha256: String
    /// Compressed.
    package let size: Int64
    /// Mapped, not read: a fleet shares this machine's page cache.
    let contents: Data

    /// Makes the package, unless the cache has it for the same files: then they are looked at and not read. Blocks.
    /// `cacheDirectory` nil: `~/.cache/muster/bundles`.
    package init(_ push: FilePush, cacheDirectory: String? = nil) throws(DeploymentError) {
        let tree = try PushedTree(push)
        let cache = BundleCache(directory: cacheDirectory ?? BundleCache.defaultDirectory)
        self.push = push
        do {
            let signature = Deployment.sha256(of: tree.signature)
            let known = cache.package(of: push, signature: signature)
            (sha256, size) = try known ?? Self.make(tree, of: push, signature: signature, in: cache)
            contents = try Data(contentsOf: URL(filePath: cache.packagePath(sha256)), options: .mappedIfSafe)
        } catch let error as DeploymentError {
            throw error
        } catch {
            throw .unusablePush(path: push.from, why: "it cannot be packed: \(error)")
        }
    }

    /// Every push as its package, one after the other; on a thread of its own.
    package static func all(_ pushes: [FilePush], cacheDirectory: String? = nil) async throws -> [FilePackage] {
        guard !pushes.isEmpty else { return [] }
        return try await onThread { try pushes.map { try FilePackage($0, cacheDirectory: cacheDirectory) } }
    }

    private static func make(
        _ tree: PushedTree, of push: FilePush, signature: String, in cache: BundleCache
    ) throws -> (sha256: String, size: Int64) {
        let beside = try cache.placeBeside()
        defer { unlink(beside) }
        let file = try GzipFile(path: beside, level: try level(for: tree))
        try tree.archive { try file.write($0) }
        let sha256 = try file.finish()
        let size = file.size
        guard rename(beside, cache.packagePath(sha256)) == 0 else { throw GzipFile.Failure(errno) }
        cache.remember(package: sha256, size: size, of: push, signature: signature)
        return (sha256, size)
    }

    /// 0, which costs nothing, where the first megabyte hardly shrinks; else 1: a network is rarely slower than the harder levels.
    private static func level(for tree: PushedTree) throws -> Int32 {
        struct Enough: Error {}
        var sample: [UInt8] = []
        do {
            try tree.archive { piece in
                sample += piece
                if sample.count >= 1 << 20 { throw Enough() }
            }
        } catch is Enough {}
        return gzip(sample, level: 1).count > sample.count / 100 * 95 ? 0 : 1
    }

    func piece(_ range: Range<Int>) -> [UInt8] {
        [UInt8](contents[contents.startIndex + range.lowerBound..<contents.startIndex + range.upperBound])
    }
}
