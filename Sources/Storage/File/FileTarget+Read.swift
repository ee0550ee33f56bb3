import Glibc
import Vocabulary

extension FileTarget {
    package func read(_ uri: ObjectURI, _ visit: (UnsafeRawBufferPointer) -> Bool) throws(StorageError) -> Int64 {
        let file = Glibc.open(try path(uri, .get), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(errno, .get, uri) }
        defer { close(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bodyChunk, alignment: 4096)
        defer { buffer.deallocate() }
        var size: Int64 = 0
        while true {
            let got = Glibc.read(file, buffer.baseAddress, buffer.count)
            if got < 0 {
                if errno == EINTR { continue }
                throw failure(errno, .get, uri)
            }
            size += Int64(got)
            if got == 0 || !visit(UnsafeRawBufferPointer(rebasing: buffer[..<got])) { return size }
        }
    }
}
