import Glibc

/// The whole contents of a file; nil where there is none.
package func readFile(_ path: String) throws(ResultsError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
        if errno == ENOENT { return nil }
        throw .file(verb: "open", path: path, why: systemError())
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        if count == 0 { return bytes }
        if count < 0 {
            if errno == EINTR { continue }
            throw .file(verb: "read", path: path, why: systemError())
        }
        bytes.append(contentsOf: buffer[..<count])
    }
}

/// What a file holds from a place on, at most `limit` bytes; nothing where there is no file.
package func readFile(_ path: String, from offset: Int, limit: Int = .max) throws(ResultsError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 {
        if errno == ENOENT { return [] }
        throw .file(verb: "open", path: path, why: systemError())
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while bytes.count < limit {
        let count = buffer.withUnsafeMutableBytes {
            pread(descriptor, $0.baseAddress, min($0.count, limit - bytes.count), off_t(offset + bytes.count))
        }
        if count == 0 { return bytes }
        if count < 0 {
            if errno == EINTR { continue }
            throw .file(verb: "read", path: path, why: systemError())
        }
        bytes.append(contentsOf: buffer[..<count])
    }
    return bytes
}

/// Writes a file so that a reader sees the old or the new contents whole, never a part.
package func replaceFile(_ path: String, with contents: [UInt8]) throws(ResultsError) {
    let fresh = path + ".new"
    let file = try OutputFile(fresh, .replace)
    try file.append(contents)
    guard rename(fresh, path) == 0 else { throw .file(verb: "write", path: path, why: systemError()) }
}

package func replaceFile(_ path: String, with text: String) throws(ResultsError) { try replaceFile(path, with: Array(text.utf8)) }

/// Makes a folder and the missing ones above it.
package func makeFolders(_ path: String, permissions: mode_t = 0o755) throws(ResultsError) {
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
        built += part
        if mkdir(built, permissions) != 0, errno != EEXIST { throw .file(verb: "make folder", path: built, why: systemError()) }
        built += "/"
    }
}

/// Removes a file; one that is not there is removed already.
package func removeFile(_ path: String) throws(ResultsError) {
    if unlink(path) != 0, errno != ENOENT { throw .file(verb: "remove", path: path, why: systemError()) }
}
