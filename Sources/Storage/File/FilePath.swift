import CLinux
import Glibc
import Vocabulary

/// How `file://` and `direct://` URIs become paths.
enum FilePath {
    /// Length of the scheme: what follows is the path.
    @inline(__always)
    static func schemeLength(_ uri: ObjectURI) -> Int { uri.base[0] | 0x20 == UInt8(ascii: "d") ? 9 : 7 }

    @inline(__always)
    static func pointer(_ uri: ObjectURI) -> UnsafePointer<CChar> {
        UnsafeRawPointer(uri.base + schemeLength(uri)).assumingMemoryBound(to: CChar.self)
    }
}

extension FileTarget {
    /// The path within the URI, valid until the URI changes.
    @inline(__always)
    func path(_ uri: ObjectURI, _ operation: OperationKind) throws(StorageError) -> UnsafePointer<CChar> {
        guard uri.count > FilePath.schemeLength(uri), uri.bytes[FilePath.schemeLength(uri)] == UInt8(ascii: "/") else {
            throw StorageError(.unsupported, operation, uri: uri.text, why: "not file:// or direct:// and an absolute path")
        }
        return FilePath.pointer(uri)
    }

    func isDirectory(_ path: UnsafePointer<CChar>) -> Bool {
        var status = Glibc.stat()
        return fstatat(AT_FDCWD, path, &status, 0) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    @inline(never)
    func failure(_ code: Int32, _ operation: OperationKind, _ uri: ObjectURI) -> StorageError {
        let kind: StorageError.Kind =
            switch code {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM, EROFS: .permission
            case ENOSPC, EDQUOT: .noSpace
            case EEXIST: .exists
            case ENOTEMPTY: .notEmpty
            case ETIMEDOUT: .timeout
            default: .io
            }
        return StorageError(kind, operation, uri: uri.text, why: String(cString: strerror(code)))
    }

    package func check(_ uri: ObjectURI, writing: Bool) throws(StorageError) {
        let found = try nearestDirectory(uri)
        if found.count < uri.count, !writing, !isPrefix(uri) {
            throw failure(ENOENT, .list, uri)
        }
        let wanted = writing ? W_OK | X_OK : R_OK | X_OK
        guard access(try path(found, .stat), wanted) == 0 else { throw failure(errno, writing ? .put : .list, found) }
        if isDirect, muster_probe_direct(try path(found, .stat)) != 0 { throw cannotBypass(writing ? .put : .get, found) }
    }

    package func availableBytes(_ uri: ObjectURI) -> Int64? {
        guard let found = try? nearestDirectory(uri), let name = try? path(found, .stat) else { return nil }
        var status = statvfs()
        guard statvfs(name, &status) == 0 else { return nil }
        let (bytes, overflow) = Int64(status.f_bavail).multipliedReportingOverflow(by: Int64(status.f_frsize))
        return overflow ? nil : bytes
    }

    /// The longest beginning of the URI, cut at a slash, that is a directory.
    private func nearestDirectory(_ uri: ObjectURI) throws(StorageError) -> ObjectURI {
        let found = ObjectURI(uri.text)
        let schemeLength = FilePath.schemeLength(uri)
        while found.count > schemeLength + 1 {
            let name = try path(found, .stat)
            var status = Glibc.stat()
            if fstatat(AT_FDCWD, name, &status, 0) == 0 {
                if status.st_mode & S_IFMT == S_IFDIR { return found }
            } else if errno == ENOTDIR {
                throw failure(ENOTDIR, .put, uri)
            }
            var end = found.count - 1
            while end > schemeLength, found.bytes[end - 1] != UInt8(ascii: "/") { end -= 1 }
            found.cut(to: max(schemeLength + 1, end == found.count ? end - 1 : end))
        }
        _ = try path(found, .stat)
        return found
    }

    /// Whether the last part of the name is only the beginning of one, in a directory that exists.
    private func isPrefix(_ uri: ObjectURI) -> Bool {
        guard let slash = uri.bytes.lastIndex(of: UInt8(ascii: "/")), slash + 1 < uri.count else { return false }
        let parent = ObjectURI()
        parent.set(Array(uri.bytes[...slash]))
        return isDirectory(FilePath.pointer(parent))
    }
}
