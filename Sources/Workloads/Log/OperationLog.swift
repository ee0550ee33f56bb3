import Compression
import Glibc
import Synchronization
import Vocabulary

/// An agent's operation log: one line an operation of its loads, in one file.
///
/// Loads are written one after the other, each by a session with a thread of its own.
package final class OperationLog: Sendable {
    /// How it is written; from the environment variables that scripts for such logs know.
    package struct Settings: Sendable {
        /// Records that wait to be written, of all workers together.
        package var buffered = 200_000
        /// Of zstd, 1 to 22.
        package var level = 1

        package init() {}

        /// `S3DLIO_OPLOG_BUF` and `S3DLIO_OPLOG_ZSTD_LEVEL`; what is no number there is passed over.
        package init(environment: [String: String]) {
            func number(_ name: String) -> Int? {
                environment[name].flatMap { Int($0) } ?? getenv(name).flatMap { Int(String(cString: $0)) }
            }
            if let count = number("S3DLIO_OPLOG_BUF"), count > 0 { buffered = min(count, 100_000_000) }
            if let wanted = number("S3DLIO_OPLOG_ZSTD_LEVEL"), (1...22).contains(wanted) { level = wanted }
        }
    }

    /// Why it cannot be written.
    package struct Failure: Error, CustomStringConvertible {
        let path: String
        let code: Int32
        package var description: String {
            "cannot write the operation log \(path): \(String(cString: strerror(code)))\n  fix: op_log_path in a folder that the agent may write to"
        }
    }

    package let path: String
    private let client: String
    private let settings: Settings
    private let nextIndex = Mutex<UInt64>(0)

    /// `path`: absolute; compressed where it ends in `.zst`. `client`: the agent.
    package init(path: String, client: String, settings: Settings = Settings()) {
        self.path = path
        self.client = client
        self.settings = settings
    }

    /// Whether the file can be written, without writing to it.
    func check() -> String? {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let isThere = access(path, F_OK) == 0
        guard access(isThere ? path : folder, W_OK) == 0 else { return errno == ENOENT ? nil : "\(Failure(path: path, code: errno))" }
        return nil
    }

    /// Opens the file, with its heading where it is new, for one load by that many workers.
    func begin(stage: StageOrder, workers: Int) throws(Failure) -> OperationLogSession {
        makeFolders()
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Failure(path: path, code: errno) }
        let isCompressed = path.hasSuffix(".zst")
        // The sampler has a ring of its own, for operations that it gives up.
        let size = Self.ringSize(settings.buffered, over: workers + 1)
        return OperationLogSession(
            log: self, file: file, compressor: FrameCompressor(level: isCompressed ? settings.level : nil),
            row: OperationRow(client: client, stage: stage, epochOfZero: SystemClock.utcNanoseconds - SystemClock.now.nanoseconds),
            rings: (0...workers).map { _ in OperationRing(capacity: size) })
    }

    /// The number of the next record.
    var index: UInt64 {
        get { nextIndex.withLock { $0 } }
        set { nextIndex.withLock { $0 = newValue } }
    }

    /// A record takes about 160 bytes.
    private static func ringSize(_ records: Int, over rings: Int) -> Int {
        let wanted = min(max(records / rings * 160, 1 << 14), 1 << 24)
        return 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    }

    private func makeFolders() {
        for place in path.indices.dropFirst() where path[place] == "/" { mkdir(String(path[..<place]), 0o755) }
    }
}
