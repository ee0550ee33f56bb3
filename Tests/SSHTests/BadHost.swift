import Foundation
import TestKit

/// A TCP port of this machine that accepts connections and says what it is told to, at most.
final class BadHost: Sendable {
    let port: Int
    private let listener: Int32

    /// nil: it never speaks; the kernel accepts for it.
    init(saying words: String? = nil) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        port = try boundPort(listener)
        guard listen(listener, 64) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        guard let words else { return }
        Thread.detachNewThread {
            while true {
                let caller = accept(listener, nil, nil)
                guard caller >= 0 else { return }
                _ = Array(words.utf8).withUnsafeBytes { send(caller, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
                // Ended, but what the caller says is read: closing on unread bytes would reset the connection under our words.
                shutdown(caller, Int32(SHUT_WR))
                var ignored = [UInt8](repeating: 0, count: 4096)
                while recv(caller, &ignored, ignored.count, 0) > 0 {}
                close(caller)
            }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
