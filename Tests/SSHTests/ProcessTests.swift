import SSH
import TestKit
import Testing

@Suite("A running command's pipes", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"))
struct ProcessTests {
    @Test("carry 8 MiB in and out at once, byte for byte")
    func bothWays() async throws {
        let bytes = pattern(8 << 20)
        try await withConnection { connection, _ in
            let process = try await connection.start("cat")
            async let written: Void = writeAll(bytes, to: process)
            var read: [UInt8] = []
            while let more = try await process.read() { read += more }
            try await written
            #expect(read == bytes)
            #expect(try await process.waitForExit() == .code(0))
        }
    }

    @Test("hold the writer back while nobody reads, and lose nothing")
    func backpressure() async throws {
        let piece = pattern(64 << 10)
        let pieces = 400
        try await withConnection { connection, _ in
            let process = try await connection.start("cat")
            let accepted = Counter()
            let writer = Task {
                for _ in 0..<pieces {
                    try await process.write(piece)
                    accepted.add(1)
                }
                await process.closeInput()
            }
            // 25 MiB are far more than all the buffers on the way hold: two windows of 2 MiB, sockets, pipes and ours.
            try await eventually("the writer to be held back") { try await accepted.isSteady() }
            #expect(accepted.value < pieces)
            var count = 0
            while let more = try await process.read() { count += more.count }
            try await writer.value
            #expect(count == pieces * piece.count)
        }
    }

    @Test("end with the error output's last 4 KiB and the exit code")
    func errorOutput() async throws {
        try await withConnection { connection, _ in
            let process = try await connection.start("seq 1 10000 >&2; echo last words >&2; exit 9")
            #expect(try await process.read() == nil)
            #expect(try await process.waitForExit() == .code(9))
            #expect(process.errorOutput.count == ErrorTail.limit)
            #expect(String(decoding: process.errorOutput, as: UTF8.self).hasSuffix("10000\nlast words\n"))
        }
    }

    @Test("let a waiting reader go when its task is cancelled, and the next one read on")
    func cancelledReader() async throws {
        try await withConnection { connection, server in
            let process = try await connection.start("cat")
            let reader = Task { await sshError { () throws(SSHError) in try await process.read() } }
            reader.cancel()
            #expect(await reader.value == .cancelled(place: server.target().place))
            try await process.write([1, 2, 3])
            #expect(try await process.read() == [1, 2, 3])
        }
    }

    @Test("are closed by cancel, and whoever waits hears of it")
    func cancel() async throws {
        try await withConnection { connection, server in
            let process = try await connection.start("sleep 1000")
            let waiter = Task { await sshError { () throws(SSHError) in try await process.waitForExit() } }
            process.cancel()
            #expect(await waiter.value == .cancelled(place: server.target().place))
        }
    }

    private func writeAll(_ bytes: [UInt8], to process: SSHProcess) async throws {
        try await process.write(bytes)
        await process.closeInput()
    }
}
