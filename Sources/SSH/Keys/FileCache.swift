import CLinux
import Glibc
import Synchronization

/// What became of small files that many hosts need, made once for all of them and again when the file has changed.
///
/// One entry a path; a controller knows a handful.
final class FileCache<Value: Sendable>: Sendable {
    private struct Stamp: Hashable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    private let kept = Mutex<[String: (stamp: Stamp, value: Value)]>([:])

    /// What `make` makes of the file's bytes; the error is the system's number.
    func value(_ path: String, _ make: ([UInt8]) -> Value) -> Result<Value, SystemError> {
        var status = stat()
        guard stat(path, &status) == 0 else { return .failure(SystemError(number: errno)) }
        let stamp = Stamp(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
        // Made under the lock: several threads want the same file at the same moment, and what is made may be more than a value.
        return kept.withLock { kept -> Result<Value, SystemError> in
            if let entry = kept[path], entry.stamp == stamp { return .success(entry.value) }
            return readFile(path).map { bytes in
                let value = make(bytes)
                kept[path] = (stamp, value)
                return value
            }
        }
    }
}

/// A system call's failure.
struct SystemError: Error, Hashable {
    let number: Int32
    var why: String { errorText(number) }
}

/// A small file whole; more than 16 MiB is refused as EFBIG.
func readFile(_ path: String) -> Result<[UInt8], SystemError> {
    let descriptor = muster_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { return .failure(SystemError(number: errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count >= 0 else { return .failure(SystemError(number: errno)) }
        if count == 0 { return .success(bytes) }
        bytes += chunk.prefix(count)
        guard bytes.count <= 16 << 20 else { return .failure(SystemError(number: EFBIG)) }
    }
}

/// The person's home directory.
var homeDirectory: String { getenv("HOME").map { String(cString: $0) } ?? "/" }

/// `~/…` as a path.
func expandingHome(_ path: String) -> String { path.hasPrefix("~/") ? homeDirectory + path.dropFirst() : path }
