import Glibc

/// Puts what an agent sends of its result files into that agent's folder, and nowhere else, whatever the agent says.
///
/// Every part of a path is opened by itself and links are never followed, so neither `..` nor a link that is already there leads
/// out. Pieces are written at their offset: a transfer that was cut goes on where it stopped. One thread at a time.
package final class ResultIntake {
    /// What one agent may bring home.
    package struct Limits: Sendable {
        package var files = 10_000
        package var bytes: Int64 = 64 << 30
        package var depth = 16
        /// What the disk has to have left: an agent that sends more than there is room for must not keep the run from writing. nil: 64 MiB, or
        /// a twentieth of the disk where that is less.
        package var reserve: Int64?

        package init() {}
    }

    private let folder: String
    private let limits: Limits
    private let root: Int32
    /// Sizes as written so far, by path.
    private var sizes: [String: Int64] = [:]
    private var total: Int64 = 0
    /// Bytes that may still come before the disk is looked at again.
    private var allowance: Int64 = 0

    /// `folder` must exist.
    package init(folder: String, limits: Limits = Limits()) throws(ResultsError) {
        root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard root >= 0 else { throw .file(verb: "open", path: folder, why: systemError()) }
        self.folder = folder
        self.limits = limits
    }

    deinit { close(root) }

    package var files: Int { sizes.count }
    package var bytes: Int64 { total }

    /// How much of the file is here already: where its transfer goes on; 0 where there is none of it.
    package func size(of path: String) throws(ResultsError) -> Int64 {
        if let known = sizes[path] { return known }
        let parts = try checked(path)
        guard let parent = try openParent(parts, of: path, making: false) else { return 0 }
        defer { close(parent) }
        var status = stat()
        guard fstatat(parent, parts[parts.count - 1], &status, AT_SYMLINK_NOFOLLOW) == 0 else { return 0 }
        return status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
    }

    /// Counts a file that is here from before.
    package func adopt(_ path: String, size: Int64) {
        total += size - (sizes[path] ?? 0)
        sizes[path] = size
    }

    /// Writes a piece; what comes twice is written over itself.
    package func place(_ path: String, offset: Int64, _ piece: [UInt8]) throws(ResultsError) {
        let descriptor = try openFile(path, reaching: offset, length: piece.count)
        defer { close(descriptor) }
        try makeSure(ofRoomFor: Int64(piece.count), path)
        var done = 0
        while done < piece.count {
            let written = piece.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, piece.count - done, off_t(offset) + off_t(done))
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw .file(verb: "write", path: "\(folder)/\(path)", why: systemError())
            }
            done += written
        }
        let size = max(sizes[path] ?? 0, offset + Int64(piece.count))
        total += size - (sizes[path] ?? 0)
        sizes[path] = size
    }

    /// Ends a file at its true size.
    package func finish(_ path: String, size: Int64) throws(ResultsError) {
        let descriptor = try openFile(path, reaching: size, length: 0)
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(size)) == 0 else {
            throw .file(verb: "write", path: "\(folder)/\(path)", why: systemError())
        }
        total += size - (sizes[path] ?? 0)
        sizes[path] = size
    }

    private func makeSure(ofRoomFor count: Int64, _ path: String) throws(ResultsError) {
        if allowance < count {
            var status = statvfs()
            guard fstatvfs(root, &status) == 0 else { throw .file(verb: "look at the disk of", path: folder, why: systemError()) }
            let block = Int64(clamping: status.f_frsize)
            let reserve = limits.reserve ?? min(64 << 20, Int64(clamping: status.f_blocks) * block / 20)
            let free = Int64(clamping: status.f_bavail) * block - reserve
            guard free >= count else {
                throw .file(verb: "write", path: "\(folder)/\(path)", why: "its disk has to keep \(reserve >> 10) KiB free")
            }
            // Others write there too, so it is looked at again long before it can be full.
            allowance = max(count, min(free / 8, 16 << 20))
        }
        allowance -= count
    }

    private func openFile(_ path: String, reaching offset: Int64, length: Int) throws(ResultsError) -> Int32 {
        let parts = try checked(path)
        guard offset >= 0, offset <= limits.bytes, total + max(0, offset + Int64(length) - (sizes[path] ?? 0)) <= limits.bytes else {
            throw .tooMuch(path: path, limit: "\(limits.bytes >> 30) GiB of results")
        }
        guard sizes[path] != nil || sizes.count < limits.files else {
            throw .tooMuch(path: path, limit: "\(limits.files) files")
        }
        guard let parent = try openParent(parts, of: path, making: true) else { throw .unsafePath(path, why: "its folder is gone") }
        defer { close(parent) }
        let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let descriptor = openat(parent, parts[parts.count - 1], flags, 0o644)
        guard descriptor >= 0 else { throw .unsafePath(path, why: systemError()) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            close(descriptor)
            throw .unsafePath(path, why: "there is something other than a plain file")
        }
        return descriptor
    }

    private func openParent(_ parts: [String], of path: String, making: Bool) throws(ResultsError) -> Int32? {
        var current = dup(root)
        for part in parts.dropLast() {
            if making, mkdirat(current, part, 0o755) != 0, errno != EEXIST {
                let why = systemError()
                close(current)
                throw .file(verb: "make folder", path: "\(folder)/\(path)", why: why)
            }
            let next = openat(current, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let failure = errno
            close(current)
            if next < 0, !making, failure == ENOENT { return nil }
            guard next >= 0 else { throw .unsafePath(path, why: "'\(part)' is no folder") }
            current = next
        }
        return current
    }

    private func checked(_ path: String) throws(ResultsError) -> [String] {
        guard !path.isEmpty, path.utf8.count <= 4096 else { throw .unsafePath(path, why: "its length") }
        guard !path.hasPrefix("/") else { throw .unsafePath(path, why: "it is absolute") }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= limits.depth else { throw .unsafePath(path, why: "more than \(limits.depth) levels") }
        for part in parts {
            guard !part.isEmpty, part != ".", part != ".." else { throw .unsafePath(path, why: "it has a part '\(part)'") }
            guard part.utf8.count <= 255 else { throw .unsafePath(path, why: "a name of more than 255 bytes") }
            guard part.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .unsafePath(path, why: "control characters") }
        }
        return parts
    }
}
