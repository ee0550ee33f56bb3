import Compression
import Glibc

/// A log file being written by a sort: lines in, compressed where its name ends in `.zst`, in place only when it is whole.
final class LogOutput {
    private let path: String
    private let draft: String
    private let file: Int32
    private let compressor: FrameCompressor
    private var text: [UInt8] = []
    private var isWhole = false

    init(_ path: String) throws(LogSort.Failure) {
        self.path = path
        draft = "\(path).new-\(getpid())"
        file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .writing(path: path, why: String(cString: strerror(errno))) }
        compressor = FrameCompressor(level: path.hasSuffix(".zst") ? 3 : nil)
    }

    deinit {
        close(file)
        if !isWhole { unlink(draft) }
    }

    func add(_ line: [UInt8]) throws(LogSort.Failure) {
        text += line
        text.append(UInt8(ascii: "\n"))
        if text.count > 1 << 18 { try flush() }
    }

    func finish() throws(LogSort.Failure) {
        try flush()
        compressor.finishFrame()
        try writePending()
        guard rename(draft, path) == 0 else { throw .writing(path: path, why: String(cString: strerror(errno))) }
        isWhole = true
    }

    private func flush() throws(LogSort.Failure) {
        compressor.add(text)
        text.removeAll(keepingCapacity: true)
        try writePending()
    }

    private func writePending() throws(LogSort.Failure) {
        let bytes = compressor.takePending()
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw .writing(path: path, why: String(cString: strerror(put < 0 ? errno : EIO))) }
            done += put
        }
    }
}
