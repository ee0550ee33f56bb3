import Foundation
import SSH
import TestKit
import Testing

@Suite("A stream through a host", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"))
struct StreamTests {
    @Test("to a unix socket carries 4 MiB there and back, and each direction ends by itself")
    func echo() async throws {
        let bytes = pattern(4 << 20)
        try await withConnection { connection, server in
            let echo = try EchoServer(at: server.file("echo"))
            defer { echo.stop() }
            let descriptor = try await connection.openUnixSocket(server.file("echo"))
            #expect(await exchange(bytes, over: descriptor) == bytes)
        }
    }

    @Test("is one of twenty at once to the same unix socket")
    func twenty() async throws {
        try await withConnection { connection, server in
            let echo = try EchoServer(at: server.file("echo"))
            defer { echo.stop() }
            let good = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let bytes = pattern(100_000 + number)
                        return await exchange(bytes, over: try await connection.openUnixSocket(echo.path)) == bytes
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(good == 20)
        }
    }

    @Test("closed here is closed there")
    func closedHere() async throws {
        try await withConnection { connection, server in
            let echo = try EchoServer(at: server.file("echo"))
            defer { echo.stop() }
            let descriptor = try await connection.openUnixSocket(echo.path)
            try await eventually("the echo server to have a caller") { echo.callers == 1 }
            close(descriptor)
            try await eventually("the echo server's caller to be gone") { echo.callers == 0 }
        }
    }

    @Test("to a unix socket that is not there is refused with its name")
    func noSocket() async throws {
        try await withConnection { connection, server in
            let path = server.file("nobody")
            let error = await sshError { () throws(SSHError) in try await connection.openUnixSocket(path) }
            guard case .channelRefused(_, let what, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(what == "the unix socket \(path)")
        }
    }

    @Test("to a command is its standard input and output")
    func bridge() async throws {
        let bytes = pattern(1 << 20)
        try await withConnection { connection, _ in
            let errors = ErrorTail()
            let descriptor = try await connection.bridge("echo noise >&2; exec cat", errors: errors)
            #expect(await exchange(bytes, over: descriptor) == bytes)
            #expect(errors.text == "noise\n")
        }
    }

    @Test("works with forwarding forbidden, to a command")
    func bridgeWithoutForwarding() async throws {
        try await withConnection(["AllowTcpForwarding no", "AllowStreamLocalForwarding no"]) { connection, server in
            let error = await sshError { () throws(SSHError) in try await connection.openUnixSocket(server.file("echo")) }
            guard case .channelRefused = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let descriptor = try await connection.bridge("cat")
            #expect(await exchange([1, 2, 3], over: descriptor) == [1, 2, 3])
        }
    }

    @Test("ends when the connection is lost")
    func lost() async throws {
        try await withConnection { connection, server in
            let descriptor = try await connection.bridge("cat")
            server.signal(SIGKILL)
            #expect(await exchange([], over: descriptor, endsInput: false) == [])
            guard case .lost = await connection.whenClosed() else {
                Issue.record("the connection is not lost")
                return
            }
        }
    }
}
