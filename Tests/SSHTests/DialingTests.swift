import Foundation
import Glibc
import TestKit
import Testing
import Vocabulary

@testable import SSH

@Suite("A host's addresses")
struct DialingTests {
    enum Trouble: String, CaseIterable, Sendable { case silent, refuses }

    @Test("of both families are tried, and the first to answer wins", arguments: Trouble.allCases, [AF_INET, AF_INET6])
    func firstWins(_ trouble: Trouble, bad family: Int32) async throws {
        let bad = try Listener(family, full: trouble == .silent)
        let good = try Listener(family == AF_INET ? AF_INET6 : AF_INET, full: false)
        if trouble == .refuses { bad.stop() }
        let socket = try await dial([bad.address, good.address])
        defer { close(socket) }
        #expect(try Listener.peerPort(of: socket) == good.port)
        bad.stop()
        good.stop()
    }

    @Test("that all refuse are an error that says so")
    func allRefuse() async throws {
        let listeners = [try Listener(AF_INET, full: false), try Listener(AF_INET6, full: false)]
        for listener in listeners { listener.stop() }
        let error = await sshError { () throws(SSHError) in try await dial(listeners.map(\.address)) }
        #expect(error == .refused(place: "h1"))
    }

    /// What a connection to the first of these addresses that answers comes to, on a loop of its own.
    private func dial(_ addresses: [SocketAddress]) async throws(SSHError) -> Int32 {
        guard let loop = SSHLoop(), let thread = loop.start() else { throw .local(place: "h1", why: "no loop") }
        let (answer, held) = (Answer<Int32>(), Held())
        _ = loop.post {
            held.dialing = Dialing(loop: loop, place: "h1", addresses: addresses) { answer.give($0) }
            held.dialing?.begin()
        }
        // A session would do this, when it is time.
        let ticking = Task {
            while !Task.isCancelled, loop.post({ held.dialing?.checkTime(SystemClock.now) }) {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        defer {
            ticking.cancel()
            _ = loop.post { held.dialing = nil }
            loop.stop()
            pthread_join(thread, nil)
        }
        return try await answer.value { answer.give(.failure(.closed(place: "h1"))) }
    }
}

/// `@unchecked`: touched on the loop's thread only.
private final class Held: @unchecked Sendable {
    var dialing: Dialing?
}

/// A port of this machine's loopback that accepts connections, or is too full to.
private final class Listener {
    let address: SocketAddress
    let port: UInt16
    private var sockets: [Int32] = []

    init(_ family: Int32, full: Bool) throws {
        let listener = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        let free = try Resolved(family == AF_INET ? "127.0.0.1" : "::1", port: 0)
        let isBound = free.withAddress { bind(listener, $0, $1) }
        try #require(isBound == 0 && listen(listener, full ? 0 : 16) == 0, "\(String(cString: strerror(errno)))")
        sockets = [listener]
        port = try Self.port { getsockname(listener, $0, $1) }
        let place = try Resolved(family == AF_INET ? "127.0.0.1" : "::1", port: Int(port))
        address = place.address
        // So many wait to be accepted that the kernel lets no more in.
        for _ in 0..<(full ? 4 : 0) {
            let caller = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            _ = place.withAddress { connect(caller, $0, $1) }
            sockets.append(caller)
        }
    }

    func stop() {
        for open in sockets { close(open) }
        sockets = []
    }

    static func peerPort(of socket: Int32) throws -> UInt16 { try port { getpeername(socket, $0, $1) } }

    private static func port(
        _ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask($0, &length) }
        }
        try #require(status == 0)
        // The port stands at the same place in both families' addresses.
        return withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
        }
    }
}

/// An address in digits as the resolver gives it.
private struct Resolved {
    let address: SocketAddress

    init(_ host: String, port: Int) throws {
        // In digits: answered before the call returns.
        let box = Box()
        Resolver.resolve(host, port: port) { box.addresses = (try? $0.get()) ?? [] }
        address = try #require(box.addresses.first)
    }

    func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        address.bytes.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { body($0.baseAddress!, socklen_t(bytes.count)) }
        }
    }

    private final class Box: @unchecked Sendable { var addresses: [SocketAddress] = [] }
}
