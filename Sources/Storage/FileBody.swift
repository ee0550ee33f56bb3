import Glibc

/// The bytes of a file, as those of an object to be written.
///
/// The file must not get shorter meanwhile: what is missing then is sent as zeros, and `isShort` tells.
package final class FileBody: ObjectBody {
    package let size: Int64
    package private(set) var isShort = false
    private let file: Int32
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bodyChunk, alignment: 4096)

    /// nil, and errno, where there is no such regular file or it cannot be read.
    package init?(path: String) {
        file = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard file >= 0, fstat(file, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            errno = EISDIR
            return nil
        }
        size = Int64(status.st_size)
    }

    deinit {
        if file >= 0 { close(file) }
        buffer.deallocate()
    }

    package func next(_ count: Int) -> UnsafeRawBufferPointer {
        var done = 0
        while done < count {
            let got = read(file, buffer.baseAddress.map { $0 + done }, count - done)
            if got < 0, errno == EINTR { continue }
            if got <= 0 {
                isShort = true
                UnsafeMutableRawBufferPointer(rebasing: buffer[done..<count]).initializeMemory(as: UInt8.self, repeating: 0)
                break
            }
            done += got
        }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}
