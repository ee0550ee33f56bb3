import Foundation
import Glibc
import Link
import TestKit
import Vocabulary

/// Somebody who comes to a door that is not his.
enum Stranger {
    enum Door {
        case tcp(port: Int)
        /// At most 107 bytes.
        case unix(path: String)
    }

    /// What no peer of ours would say.
    static let garbage = Array("GET / HTTP/1.1\r\n\r\n".utf8)
    /// The header of a frame of more than 4 MiB, and of its bytes as many as TLS reads before it judges.
    static let longFrame: [UInt8] = [0, 0x40, 0, 1, 0, 0, 0, 0]

    /// A greeting of the right agent of the right run, with a token that was guessed.
    static func wrongToken(run: RunID, agent: String) -> [UInt8] {
        let greeting = Greeting(build: "stranger", run: run.text, agent: agent, token: Secret("guessed-guessed-guessed"), lastReceived: 0)
        let bytes = Packet.hello(greeting).encoded()
        return [0, 0, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
    }

    /// Comes in, says `bytes` and stays until it is put out; throws where it is not.
    static func visit(_ door: Door, saying bytes: [UInt8]) async throws {
        let descriptor = try connect(door)
        defer { close(descriptor) }
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw failure() }
        try await eventually("a stranger is put out") {
            var answer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &answer, answer.count, Int32(MSG_DONTWAIT))
            return count == 0 || (count < 0 && errno != EAGAIN)
        }
    }

    private static func connect(_ door: Door) throws -> Int32 {
        switch door {
        case .tcp(let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            return try connect(AF_INET, &address)
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path), "a socket's path has at most 107 bytes")
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            return try connect(AF_UNIX, &address)
        }
    }

    private static func connect<Address>(_ family: Int32, _ address: inout Address) throws -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard status == 0 else {
            let why = failure()
            close(descriptor)
            throw why
        }
        return descriptor
    }

    private static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
