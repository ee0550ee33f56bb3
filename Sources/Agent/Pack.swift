import Glibc
import Link

/// Writes what an agent left behind to standard output, as the frames in which it would have sent it: how the results of an agent
/// that is gone come home.
package enum Pack {
    /// - Returns: 0, or 1 where standard output went away.
    package static func run(directory: String) async -> Int32 {
        do {
            let directory = RunDirectory(directory)
            _ = try await ResultFiles.send(from: directory.results, processLog: directory.log) { report in
                let message = try report.encoded()
                try writeAll(ReportStream.framed(message))
            }
            return 0
        } catch {
            return 1
        }
    }

    private struct OutputEnded: Error {}

    private static func writeAll(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress! + done, bytes.count - done) }
            if count > 0 { done += count } else if errno != EINTR { throw OutputEnded() }
        }
    }
}
