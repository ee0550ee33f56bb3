import Glibc

/// A file that this process writes to its end of, closed with its owner.
///
/// One `append` is one `write(2)` wherever the system takes it whole. Not for several threads at once.
package final class OutputFile {
    package enum Mode { case createNew, appendTo, replace }

    package let path: String
    private let descriptor: Int32

    package init(_ path: String, _ mode: Mode, permissions: mode_t = 0o644) throws(ResultsError) {
        let flags =
            switch mode {
            case .createNew: O_CREAT | O_EXCL | O_APPEND
            case .appendTo: O_CREAT | O_APPEND
            case .replace: O_CREAT | O_TRUNC
            }
        descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, permissions)
        guard descriptor >= 0 else { throw .file(verb: "open", path: path, why: systemError()) }
        self.path = path
    }

    deinit { close(descriptor) }

    package func append(_ bytes: [UInt8]) throws(ResultsError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw .file(verb: "write", path: path, why: systemError())
            }
            rest = rest.dropFirst(written)
        }
    }

    package func append(_ text: String) throws(ResultsError) { try append(Array(text.utf8)) }

    /// Waits until what was written is on the disk.
    package func synchronize() throws(ResultsError) {
        guard fdatasync(descriptor) == 0 else { throw .file(verb: "write", path: path, why: systemError()) }
    }

    /// Has what was written brought to the disk, without waiting for it.
    package func synchronizeSoon() {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return }
        var thread = pthread_t()
        let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
            // The descriptor + 1, since 0 would be no pointer.
            let copy = Int32(Int(bitPattern: raw) - 1)
            fdatasync(copy)
            close(copy)
            return nil
        }
        guard pthread_create(&thread, nil, body, UnsafeMutableRawPointer(bitPattern: Int(copy) + 1)) == 0 else {
            close(copy)
            return
        }
        pthread_detach(thread)
    }

    /// Cuts the file off after `length` bytes.
    package func truncate(to length: Int) throws(ResultsError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw .file(verb: "shorten", path: path, why: systemError()) }
    }
}

/// The system's words for the last failed call.
func systemError(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
