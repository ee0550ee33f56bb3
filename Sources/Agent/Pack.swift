import Glibc
import Link

/// Writes what an agent left behind to standard output, as the frames in which it would have sent it: how the results of an agent
/// that is gone come home. What need not be sent again stands on standard input: an order to collect in its frame, or nothing.
package enum Pack {
    /// - Returns: 0, or 1 where standard output went away.
    package static func run(directory: String) async -> Int32 {
        do {
            let directory = RunDirectory(directory)
            let files = ResultFiles(directory: directory.results, processLog: directory.log, held: readHeld())
            _ = try await files.send { report in
                let message = try report.encoded()
                try writeAll(ReportStream.framed(message))
            }
            return 0
        } catch {
            return 1
        }
    }

    private struct OutputEnded: Error {}

    /// What cannot be read is nothing: everything is sent then.
    private static func readHeld() -> [HeldFile] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= 2 * HeldFile.listLimit {
            let count = read(STDIN_FILENO, &piece, piece.count)
            if count > 0 { bytes += piece[..<count] } else if count == 0 || errno != EINTR { break }
        }
        guard bytes.count > 4, case .collect(_, let held)? = try? Order(encoded: Array(bytes[4...])) else { return [] }
        return held
    }

    private static func writeAll(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress! + done, bytes.count - done) }
            if count > 0 { done += count } else if errno != EINTR { throw OutputEnded() }
        }
    }
}
