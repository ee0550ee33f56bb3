import CLinux
import Glibc
import Vocabulary

/// Hands this very executable on to other hosts of the fleet, for as long as the controller holds standard input open.
///
/// The first line of standard input is a token. Whoever connects and sends that line is sent the executable's bytes and nothing else;
/// whether they arrived whole is for the receiver to find out, who knows their SHA-256.
package enum Feed {
    /// Listens at `address`, one of this host's in numbers, at a port of the system's choice, and writes `ADDRESS PORT` to standard output.
    ///
    /// It ends with standard input, and by itself when nobody has asked for 15 s: the controller may be gone without a word.
    /// - Returns: 0, or an errno value that says why it cannot listen.
    package static func run(address: String) -> Int32 {
        muster_ignore_sigpipe()
        guard let token = firstLine() else { return EPIPE }
        let file = muster_open("/proc/self/exe", O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return errno }
        var status = stat()
        guard fstat(file, &status) == 0 else { return errno }
        let listener = listen(at: address)
        guard listener >= 0 else { return errno }
        var server = FeedServer(token: token, file: file, size: Int64(status.st_size), listener: listener)
        let place = Array("\(address) \(port(of: listener))\n".utf8)
        guard write(STDOUT_FILENO, place, place.count) == place.count else { return errno }
        server.serve(until: STDIN_FILENO)
        return 0
    }

    /// Without its end; nil where there is none, or a longer one than tokens are.
    private static func firstLine() -> [UInt8]? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count <= FeedServer.longestToken {
            switch read(STDIN_FILENO, &byte, 1) {
            case 1 where byte == UInt8(ascii: "\n"): return line.isEmpty ? nil : line
            case 1: line.append(byte)
            case -1 where errno == EINTR: break
            default: return nil
            }
        }
        return nil
    }

    private static func listen(at address: String) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, "0", &hints, &found) == 0, let place = found?.pointee else {
            errno = EADDRNOTAVAIL
            return -1
        }
        defer { freeaddrinfo(found) }
        let listener = muster_tcp_socket(place.ai_family)
        guard listener >= 0 else { return -1 }
        guard bind(listener, place.ai_addr, place.ai_addrlen) == 0, Glibc.listen(listener, 64) == 0 else {
            let error = errno
            close(listener)
            errno = error
            return -1
        }
        return listener
    }

    private static func port(of listener: Int32) -> UInt16 {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            // The port stands at the same place in both families' addresses.
            pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                let known = address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
                return known == 0 ? UInt16(bigEndian: address.pointee.sin_port) : 0
            }
        }
    }
}
