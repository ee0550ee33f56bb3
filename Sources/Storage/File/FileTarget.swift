import CLinux
import Glibc
import Plans
import Vocabulary

/// `file://` and `direct://`: each object a file that is opened, read or written, and closed; through the page cache or past it.
package final class FileTarget: StorageTarget {
    /// From this size on, `auto` tells the kernel that a file is read from beginning to end.
    package static let sequentialFrom: Int64 = 64 << 20

    /// Past the page cache: O_DIRECT.
    let isDirect: Bool
    private let pageCache: PageCacheMode
    private var buffer: UnsafeMutableRawBufferPointer
    private var madeDirectories: [String] = []

    package init(pageCache: PageCacheMode = .auto, isDirect: Bool = false) {
        self.isDirect = isDirect
        self.pageCache = isDirect ? .normal : pageCache
        buffer = .allocate(byteCount: bodyChunk, alignment: 4096)
    }

    deinit { buffer.deallocate() }

    package func get(_ uri: ObjectURI) throws(StorageError) -> Int64 {
        let file = isDirect ? try openDirect(uri, O_RDONLY | O_CLOEXEC, .get) : try open(uri, O_RDONLY | O_CLOEXEC, .get)
        defer { close(file) }
        advise(file, opening: true)
        // Past the page cache the kernel fills what is asked for beyond a file's end with zeros: 20 µs for 1 MiB.
        let end = isDirect ? sizeOf(file) : nil
        var size: Int64 = 0
        while true {
            let asked = end.map { Self.wholeBlocks($0 - size, atMost: buffer.count) } ?? buffer.count
            let got = Glibc.read(file, buffer.baseAddress, asked)
            if got < 0 {
                if errno == EINTR { continue }
                throw failure(errno, .get, uri)
            }
            if size == 0, got == buffer.count { prepareForLarge(file) }
            size += Int64(got)
            // A regular file gives less than asked for only at its end.
            if got < asked || size == end { break }
        }
        if size == 0, let expected = sizeOf(file), expected > 0 {
            throw StorageError(.integrity, .get, uri: uri.text, why: "read nothing of \(expected) bytes")
        }
        advise(file, opening: false)
        return size
    }

    package func put(_ uri: ObjectURI, size: Int64, body: any ObjectBody) throws(StorageError) {
        if isDirect { return try putDirect(uri, size: size, body: body) }
        let file = try create(uri)
        var rest = size
        while rest > 0 {
            let chunk = body.next(Int(min(rest, Int64(bodyChunk))))
            if let code = write(chunk, to: file) {
                close(file)
                throw failure(code, .put, uri)
            }
            rest -= Int64(chunk.count)
        }
        advise(file, opening: false)
        if close(file) != 0 { throw failure(errno, .put, uri) }
    }

    package func stat(_ uri: ObjectURI) throws(StorageError) -> Int64 {
        var status = Glibc.stat()
        guard fstatat(AT_FDCWD, try path(uri, .stat), &status, 0) == 0 else { throw failure(errno, .stat, uri) }
        return Int64(status.st_size)
    }

    package func delete(_ uri: ObjectURI) throws(StorageError) {
        guard unlink(try path(uri, .delete)) == 0 else { throw failure(errno, .delete, uri) }
    }

    package func list(_ prefix: ObjectURI, visit: (UnsafeRawBufferPointer) -> Bool) throws(StorageError) -> Int64 {
        _ = try path(prefix, .list)
        var walk = FileWalk(prefix: prefix)
        if let code = walk.run(visit) { throw failure(code, .list, prefix) }
        return walk.count
    }

    @discardableResult
    package func mkdir(_ uri: ObjectURI) throws(StorageError) -> Bool {
        let name = try path(uri, .mkdir)
        if Glibc.mkdir(name, 0o777) == 0 { return true }
        if errno == ENOENT {
            try makeParents(of: uri, for: .mkdir)
            if Glibc.mkdir(name, 0o777) == 0 { return true }
        }
        let code = errno
        if code == EEXIST, isDirectory(name) { return false }
        throw failure(code, .mkdir, uri)
    }

    package func rmdir(_ uri: ObjectURI, recursive: Bool) throws(StorageError) {
        let name = try path(uri, .rmdir)
        if recursive, let code = FileWalk.empty(name) { throw failure(code, .rmdir, uri) }
        guard Glibc.rmdir(name) == 0 else { throw failure(errno, .rmdir, uri) }
    }

    package func takeMadeDirectories() -> [String] {
        defer { madeDirectories = [] }
        return madeDirectories
    }

    // MARK: Opening

    func open(_ uri: ObjectURI, _ flags: Int32, _ operation: OperationKind) throws(StorageError) -> Int32 {
        let name = try path(uri, operation)
        while true {
            let file = Glibc.open(name, flags, 0o666)
            if file >= 0 { return file }
            if errno != EINTR { throw failure(errno, operation, uri) }
        }
    }

    /// Opens for writing; where the directory is missing, makes it, once.
    private func create(_ uri: ObjectURI) throws(StorageError) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        let name = try path(uri, .put)
        let file = Glibc.open(name, flags, 0o666)
        if file >= 0 { return file }
        if errno == ENOENT { try makeParents(of: uri, for: .put) }
        return try open(uri, flags, .put)
    }

    func makeParents(of uri: ObjectURI, for operation: OperationKind) throws(StorageError) {
        let parent = ObjectURI(uri.text)
        let beginning = FilePath.schemeLength(uri) + 1
        // The last slash of `/a/b/` does not begin a name.
        let end = uri.bytes.last == UInt8(ascii: "/") ? uri.count - 1 : uri.count
        for place in beginning..<max(beginning, end) where uri.bytes[place] == UInt8(ascii: "/") {
            parent.set(Array(uri.bytes[..<place]))
            if Glibc.mkdir(try path(parent, operation), 0o777) == 0 {
                madeDirectories.append(parent.text)
            } else if errno != EEXIST {
                throw failure(errno, operation, parent)
            }
        }
    }

    /// Writes all; the error number where it cannot.
    func write(_ chunk: UnsafeRawBufferPointer, to file: Int32) -> Int32? {
        var done = 0
        while done < chunk.count {
            let put = Glibc.write(file, chunk.baseAddress.map { $0 + done }, chunk.count - done)
            if put < 0, errno != EINTR { return errno }
            if put == 0 { return EIO }
            done += max(0, put)
        }
        return nil
    }

    // MARK: Page cache

    func advise(_ file: Int32, opening: Bool) {
        switch pageCache {
        case .sequential where opening: posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL)
        case .random where opening: posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM)
        case .dontneed where !opening: posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        case .auto, .normal, .sequential, .random, .dontneed: break
        }
    }

    /// What pays for a file of more than one read only: advice or, past the page cache, a larger buffer.
    private func prepareForLarge(_ file: Int32) {
        if isDirect {
            if buffer.count < Self.directChunk, let size = sizeOf(file), size > Self.largeFrom { useBuffer(of: Self.directChunk) }
        } else if pageCache == .auto, let size = sizeOf(file) {
            posix_fadvise(file, 0, 0, size >= Self.sequentialFrom ? POSIX_FADV_SEQUENTIAL : POSIX_FADV_RANDOM)
        }
    }

    /// Memory for so many bytes, in place of what there was.
    @discardableResult
    func useBuffer(of size: Int) -> UnsafeMutableRawBufferPointer {
        if buffer.count < size {
            buffer.deallocate()
            buffer = .allocate(byteCount: size, alignment: Self.alignment)
        }
        return buffer
    }

    func sizeOf(_ file: Int32) -> Int64? {
        var status = Glibc.stat()
        return fstat(file, &status) == 0 ? Int64(status.st_size) : nil
    }
}
