import Foundation
import SSH
import TestKit
import Testing

@Suite("A connection", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"))
struct LossTests {
    @Test("whose server is killed in the middle of a command is lost, for the command and for whoever watches")
    func killed() async throws {
        try await withConnection { connection, server in
            let path = server.file("started")
            async let error = sshError { () throws(SSHError) in
                try await connection.execute("touch '\(path)'; sleep 1000", deadline: .seconds(600))
            }
            try await eventually("the command to run") { exists(path) }
            server.signal(SIGKILL)
            guard case .lost(let place, _) = await error, case .lost = await connection.whenClosed() else {
                Issue.record("not lost")
                return
            }
            #expect(place == server.target().place)
        }
    }

    @Test("whose server is stopped gives a command up at its deadline")
    func stopped() async throws {
        try await withConnection { connection, server in
            server.signal(SIGSTOP)
            let error = await sshError { () throws(SSHError) in try await connection.execute("true", deadline: .milliseconds(500)) }
            #expect(error == .deadline(place: server.target().place, command: "true", after: .milliseconds(500)))
        }
    }

    @Test("whose server is stopped for good is found dead by its keep-alives", arguments: [true, false])
    func dead(isBusy: Bool) async throws {
        try await withLoopbackSSHD { server in
            try await withClient { client in
                let connection = try await client.connect(to: server.target(keepalive: .milliseconds(500)))
                let process = isBusy ? try await connection.start("cat") : nil
                server.signal(SIGSTOP)
                guard case .lost(_, let why) = await connection.whenClosed() else {
                    Issue.record("not lost")
                    return
                }
                #expect(why.hasPrefix("the host has been silent for "))
                process?.cancel()
            }
        }
    }

    @Test("that nobody uses answers its server's own questions")
    func idle() async throws {
        try await withLoopbackSSHD(["ClientAliveInterval 1", "ClientAliveCountMax 2"]) { server in
            try await withClient { client in
                let idle = try await client.connect(to: server.target())
                let busy = try await client.connect(to: server.target())
                // Six seconds on the server's side, which gives up a silent client after three.
                _ = try await busy.execute("sleep 6", deadline: .seconds(120))
                let isGood = try await works(idle)
                #expect(isGood)
            }
        }
    }

    @Test("that its own side closes says so to whoever watches")
    func closed() async throws {
        try await withConnection { connection, server in
            async let end = connection.whenClosed()
            await connection.close()
            #expect(await end == .closed(place: server.target().place))
            let error = await sshError { () throws(SSHError) in try await connection.execute("true", deadline: .seconds(60)) }
            #expect(error == .closed(place: server.target().place))
        }
    }

    @Test("lets whoever watches go when the watching task is cancelled")
    func unwatched() async throws {
        try await withConnection { connection, _ in
            let watcher = Task { await connection.whenClosed() }
            watcher.cancel()
            #expect(await watcher.value == nil)
        }
    }

    @Test("leaves neither a descriptor nor a thread behind, fifty times")
    func leaks() async throws {
        // In a process of its own, because other tests open descriptors too.
        await #expect(processExitsWith: .success) {
            try await withLoopbackSSHD { server in
                try await withClient { client in _ = await connectAll([server.target()], client) }
                let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
                try await withClient { client in
                    let errors = await connectAll(Array(repeating: server.target(), count: 50), client)
                    if let error = errors.compactMap({ $0 }).first { throw error }
                }
                try await eventually("no more descriptors than before") {
                    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count <= before
                }
                try await eventually("the client's threads to be gone") { try sshThreads() == 0 }
            }
        }
    }
}

/// Threads of this process that belong to an SSH client.
private func sshThreads() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { thread in
        (try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)) == "muster-ssh\n"
    }
}
