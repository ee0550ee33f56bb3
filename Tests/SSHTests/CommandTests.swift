import SSH
import TestKit
import Testing

@Suite("A command on a host", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"))
struct CommandTests {
    @Test("brings home its output, its error output and its exit code")
    func outputAndCode() async throws {
        try await withConnection { connection, _ in
            let result = try await connection.execute("echo out; echo err >&2; exit 7", deadline: .seconds(60))
            #expect(result.outputText == "out\n")
            #expect(result.errorText == "err\n")
            #expect(result.exit == .code(7))
            #expect(connection.localAddress == "127.0.0.1")
        }
    }

    @Test("that a signal ends says which")
    func signal() async throws {
        try await withConnection { connection, _ in
            let result = try await connection.execute("kill -KILL $$", deadline: .seconds(60))
            #expect(result.exit == .signal("KILL"))
        }
    }

    @Test("gets 1 MiB and gives 1 MiB, byte for byte")
    func megabyte() async throws {
        let bytes = pattern(1 << 20)
        try await withConnection { connection, _ in
            let result = try await connection.execute("cat", input: bytes, deadline: .seconds(60), outputLimit: 2 << 20)
            #expect(result.output == bytes)
            #expect(result.exit == .code(0))
        }
    }

    @Test("that closes its output early still says how it ended")
    func earlyEnd() async throws {
        try await withConnection { connection, _ in
            let result = try await connection.execute("exec >&- 2>&-; sleep 0.2; exit 3", deadline: .seconds(60))
            #expect(result.exit == .code(3))
        }
    }

    @Test("that prints too much is given up, and the connection stays good")
    func tooMuch() async throws {
        try await withConnection { connection, server in
            let error = await sshError { () throws(SSHError) in
                try await connection.execute("yes", deadline: .seconds(60), outputLimit: 1_000)
            }
            #expect(error == .tooMuchOutput(place: server.target().place, command: "yes", limit: 1_000))
            let isGood = try await works(connection)
            #expect(isGood)
        }
    }

    @Test("over its deadline is given up, and the connection stays good")
    func deadline() async throws {
        try await withConnection { connection, server in
            let error = await sshError { () throws(SSHError) in
                try await connection.execute("sleep 1000", deadline: .milliseconds(100))
            }
            #expect(error == .deadline(place: server.target().place, command: "sleep 1000", after: .milliseconds(100)))
            let isGood = try await works(connection)
            #expect(isGood)
        }
    }

    @Test("ends for its caller when the caller's task is cancelled")
    func cancellation() async throws {
        try await withConnection { connection, server in
            let path = server.file("started")
            let task = Task { () -> SSHError? in
                await sshError { () throws(SSHError) in
                    try await connection.execute("touch '\(path)'; sleep 1000", deadline: .seconds(600))
                }
            }
            try await eventually("the command to run") { exists(path) }
            task.cancel()
            #expect(await task.value == .cancelled(place: server.target().place))
            let isGood = try await works(connection)
            #expect(isGood)
        }
    }

    @Test("is one of fifty at once on one connection, each with its own output")
    func fifty() async throws {
        try await withConnection { connection, _ in
            let outputs = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let result = try await connection.execute(
                            "cat; echo \(number)", input: pattern(1_000 + number), deadline: .seconds(120))
                        let isEcho = result.output.starts(with: pattern(1_000 + number))
                        return (number, isEcho ? String(decoding: result.output.dropFirst(1_000 + number), as: UTF8.self) : "garbled")
                    }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }
            #expect(outputs == Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, "\($0)\n") }))
        }
    }

    @Test("is refused with a reason where the host opens no session for it")
    func refusedChannel() async throws {
        try await withConnection(["MaxSessions 0"]) { connection, server in
            let error = await sshError { () throws(SSHError) in try await connection.execute("true", deadline: .seconds(60)) }
            guard case .channelRefused(let place, _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(place == server.target().place)
        }
    }
}
