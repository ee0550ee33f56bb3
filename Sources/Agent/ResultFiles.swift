import CLinux
import Digests
import FoundationEssentials
import Glibc
import Link
import Vocabulary

/// The files of a result directory, cut into the pieces in which they travel home.
struct ResultFiles {
    /// The name at home of what agent and supervisor wrote to standard error, which lies beside the results.
    static let processLogName = "process.log"

    /// What is missing is told of so many at most.
    private static let missingLimit = 100

    private let directory: String
    private let processLog: String?
    private let held: [String: HeldFile]
    private let unsaved: [String]

    /// - Parameters:
    ///   - processLog: goes along where it has something in it.
    ///   - held: what is home already: the transfer of a file that begins with it goes on behind it.
    ///   - unsaved: what could not be kept in the directory, each with its reason.
    init(directory: String, processLog: String? = nil, held: [HeldFile] = [], unsaved: [String] = []) {
        self.unsaved = unsaved
        self.directory = directory
        self.processLog = processLog
        self.held = Dictionary(held.map { ($0.path, $0) }) { $1 }
    }

    /// Reads every regular file below the directory and hands over its pieces in order, each file's last with its SHA-256, then the end.
    ///
    /// A file that grows meanwhile is sent as long as it was when it was opened; one that vanishes or cannot be read is named in
    /// the result and left out. A file that is home whole is one piece without bytes.
    func send(_ deliver: (Report) async throws -> Void) async throws -> [String] {
        var sent = (files: 0, bytes: UInt64(0))
        var unreadable: [String] = []
        var files = Self.paths(in: directory).map { (path: $0, place: directory + "/" + $0) }
        if let processLog, let size = Self.regularFileSize(processLog), size > 0 { files.append((Self.processLogName, processLog)) }
        for (path, place) in files {
            guard ResultPiece.isSafe(path: path), let file = OpenFile(place), try await send(file, as: path, deliver) else {
                unreadable.append(path)
                continue
            }
            sent.files += 1
            sent.bytes += file.size
        }
        let missing = unsaved + unreadable.map { "\($0) could not be read" }
        try await deliver(
            .resultsEnd(files: sent.files, bytes: sent.bytes, missing: missing.prefix(Self.missingLimit).map { String($0.prefix(500)) }))
        return unreadable
    }

    /// Relative paths of the regular files, in natural order.
    private static func paths(in directory: String) -> [String] {
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        return found.filter { regularFileSize(directory + "/" + $0) != nil }.sorted(by: naturallyPrecedes)
    }

    /// nil where there is no regular file.
    private static func regularFileSize(_ path: String) -> Int? {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? status.st_size : nil
    }

    /// false where the file could not be read to its end.
    private func send(_ file: OpenFile, as path: String, _ deliver: (Report) async throws -> Void) async throws -> Bool {
        var (hash, offset) = beginning(of: file, path)
        repeat {
            let wanted = Int(min(UInt64(ResultPiece.byteLimit), file.size - offset))
            guard let bytes = file.read(count: wanted, at: offset) else { return false }
            hash.update(bytes)
            let isLast = offset + UInt64(bytes.count) == file.size
            try await deliver(
                .file(
                    ResultPiece(
                        path: path, offset: offset, bytes: bytes, size: file.size, isLast: isLast,
                        sha256: isLast ? hash.digest() : [])))
            offset += UInt64(bytes.count)
        } while offset < file.size
        return true
    }

    /// Where the transfer of a file begins, and the checksum of what is before that.
    private func beginning(of file: OpenFile, _ path: String) -> (SHA256, UInt64) {
        guard let held = held[path], held.size <= file.size else { return (SHA256(), 0) }
        var hash = SHA256()
        var offset: UInt64 = 0
        while offset < held.size {
            let wanted = Int(min(UInt64(ResultPiece.byteLimit), held.size - offset))
            guard let bytes = file.read(count: wanted, at: offset) else { return (SHA256(), 0) }
            hash.update(bytes)
            offset += UInt64(bytes.count)
        }
        return hash.digest() == held.sha256 ? (hash, offset) : (SHA256(), 0)
    }
}

/// A file that is open for reading, as long as it was then.
private final class OpenFile {
    private let descriptor: Int32
    let size: UInt64

    init?(_ path: String) {
        descriptor = muster_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            size = 0
            return nil
        }
        size = UInt64(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Exactly `count` bytes, or nil.
    func read(count: Int, at offset: UInt64) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset) + off_t(done)) }
            if got > 0 { done += got } else if got == 0 || errno != EINTR { return nil }
        }
        return bytes
    }
}
