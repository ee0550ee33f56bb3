import Glibc

/// A walk through the files below a prefix, at any depth; links are not followed.
struct FileWalk {
    /// Files met so far whose names begin with the prefix.
    private(set) var count: Int64 = 0
    private let name: ObjectURI
    /// What names in the first directory begin with.
    private let beginning: [UInt8]
    private var goesOn = true

    init(prefix: ObjectURI) {
        name = ObjectURI(prefix.text)
        let slash = prefix.bytes.lastIndex(of: UInt8(ascii: "/")) ?? prefix.count - 1
        beginning = Array(prefix.bytes[(slash + 1)...])
        name.cut(to: slash + 1)
    }

    /// Walks; the error number where the first directory cannot be read.
    mutating func run(_ visit: (UnsafeRawBufferPointer) -> Bool) -> Int32? {
        let directory = Glibc.open(FilePath.pointer(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard directory >= 0 else { return errno }
        return walk(directory, beginning[...], visit)
    }

    /// Walks one directory, whose descriptor it closes. What vanishes or cannot be read below the first one is passed over.
    private mutating func walk(
        _ descriptor: Int32, _ beginning: ArraySlice<UInt8>, _ visit: (UnsafeRawBufferPointer) -> Bool
    ) -> Int32? {
        guard let directory = fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            return code
        }
        defer { closedir(directory) }
        let length = name.count
        while goesOn, let entry = DirectoryEntry.next(directory) {
            guard entry.name.starts(with: beginning) else { continue }
            name.append(bytes: entry.name)
            if entry.isDirectory(in: descriptor) {
                let below = openat(descriptor, entry.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                name.append([UInt8(ascii: "/")])
                if below >= 0 { _ = walk(below, [], visit) }
            } else {
                count += 1
                goesOn = visit(name.bytes)
            }
            name.cut(to: length)
        }
        return nil
    }

    /// Removes everything below the directory, not itself; the first error number where something cannot be removed.
    static func empty(_ path: UnsafePointer<CChar>) -> Int32? {
        let directory = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
        return directory >= 0 ? empty(directory) : errno
    }

    private static func empty(_ descriptor: Int32) -> Int32? {
        guard let directory = fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            return code
        }
        defer { closedir(directory) }
        var failure: Int32?
        while let entry = DirectoryEntry.next(directory) {
            var flags: Int32 = 0
            if entry.isDirectory(in: descriptor) {
                flags = AT_REMOVEDIR
                let below = openat(descriptor, entry.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                if below >= 0, let code = empty(below) { failure = failure ?? code }
            }
            if unlinkat(descriptor, entry.path, flags) != 0, errno != ENOENT { failure = failure ?? errno }
        }
        return failure
    }
}

/// One entry of a directory being read; valid until the next is asked for.
private struct DirectoryEntry {
    let name: UnsafeRawBufferPointer
    private let type: UInt8

    var path: UnsafePointer<CChar> {
        // Not empty: `.` and `..` are passed over, and every other name has a byte.
        name.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
    }

    /// The next one but `.` and `..`; nil at the end.
    static func next(_ directory: OpaquePointer) -> DirectoryEntry? {
        while let entry = readdir(directory) {
            let start = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
            let length = strlen(start.assumingMemoryBound(to: CChar.self))
            let name = UnsafeRawBufferPointer(start: start, count: length)
            let isDots = name[0] == UInt8(ascii: ".") && (length == 1 || (length == 2 && name[1] == UInt8(ascii: ".")))
            if !isDots { return DirectoryEntry(name: name, type: entry.pointee.d_type) }
        }
        return nil
    }

    func isDirectory(in descriptor: Int32) -> Bool {
        if type != UInt8(DT_UNKNOWN) { return type == UInt8(DT_DIR) }
        var status = stat()
        return fstatat(descriptor, path, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
