import FoundationEssentials
import Glibc
import Plans

/// What a push consists of: every file, folder and link below `from`, in the order of names, as a tar archive has them.
struct PushedTree {
    struct Member {
        /// In the archive, with `to` before it.
        var name: String
        /// On this machine.
        var path: String
        var size: Int
        var mode: Int
        /// Seconds since 1970.
        var changed: Int
        var isFolder: Bool
        /// What a symbolic link says, which is not followed; only `from` itself is.
        var link: String?
    }

    private(set) var members: [Member] = []
    private let mode: Int?

    /// Looks at every file and reads none.
    init(_ push: FilePush) throws(DeploymentError) {
        mode = push.mode
        var parents = ""
        for part in push.to.split(separator: "/").dropLast() {
            parents += "\(part)/"
            members.append(Member(name: parents, path: "", size: 0, mode: 0o755, changed: 0, isFolder: true))
        }
        try add(push.from, as: push.to, status: try Self.status(of: push.from, following: true))
    }

    /// A text that differs where anything differs that can be seen without reading the files.
    var signature: [UInt8] {
        Array(members.map { "\($0.name)\0\($0.size)\0\($0.mode)\0\($0.changed)\0\($0.link ?? "")\n" }.joined().utf8)
    }

    private mutating func add(_ path: String, as name: String, status: stat) throws(DeploymentError) {
        let bits = Int(status.st_mode) & 0o777
        let changed = status.st_mtim.tv_sec
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            members.append(
                Member(
                    name: name, path: path, size: Int(status.st_size), mode: mode ?? bits, changed: changed, isFolder: false))
        case S_IFLNK:
            guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
                throw .unusablePush(path: path, why: "the link cannot be read")
            }
            members.append(Member(name: name, path: path, size: 0, mode: 0o777, changed: changed, isFolder: false, link: link))
        case S_IFDIR:
            // Its owner must be able to fill it on the host, and to remove it again.
            members.append(Member(name: name + "/", path: path, size: 0, mode: bits | 0o700, changed: changed, isFolder: true))
            for entry in try Self.entries(of: path) {
                try add("\(path)/\(entry)", as: "\(name)/\(entry)", status: try Self.status(of: "\(path)/\(entry)", following: false))
            }
        default: throw .unusablePush(path: path, why: "it is neither a file nor a folder nor a symbolic link")
        }
    }

    private static func entries(of path: String) throws(DeploymentError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw .unusablePush(path: path, why: "it cannot be listed: \(error)")
        }
    }

    private static func status(of path: String, following: Bool) throws(DeploymentError) -> stat {
        var status = stat()
        guard (following ? stat(path, &status) : lstat(path, &status)) == 0 else {
            throw .unusablePush(path: path, why: String(cString: strerror(errno)))
        }
        return status
    }

    /// Hands over the archive piece by piece. Blocks.
    func archive(_ take: ([UInt8]) throws -> Void) throws {
        for member in members {
            try take(
                TarMember.header(
                    member.name, size: member.size, mode: member.mode, changed: member.changed, linkingTo: member.link ?? ""))
            guard !member.isFolder, member.link == nil else { continue }
            try read(member, take)
            try take(TarMember.padding(after: member.size))
        }
        try take(TarMember.end)
    }

    private func read(_ member: Member, _ take: ([UInt8]) throws -> Void) throws {
        guard let file = fopen(member.path, "rb") else {
            throw DeploymentError.unusablePush(path: member.path, why: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var left = member.size
        while left > 0 {
            var buffer = [UInt8](repeating: 0, count: min(left, 1 << 18))
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { throw DeploymentError.unusablePush(path: member.path, why: "it became shorter while it was read") }
            try take(Array(buffer[..<count]))
            left -= count
        }
    }
}
