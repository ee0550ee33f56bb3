import Foundation
import SSH
import Synchronization
import TestKit
import Vocabulary

extension LoopbackSSHD {
    /// The server as a target, with the key and the known hosts that belong to it.
    func target(
        user: String? = nil, keys: [String]? = nil, timeout: Duration = .seconds(30), keepalive: Duration = .seconds(15),
        hostKeys: SSHTarget.HostKeys? = nil
    ) -> SSHTarget {
        SSHTarget(
            host: HostName(host), port: port, user: user ?? self.user, keyPaths: keys ?? [clientKey], useAgent: false,
            connectTimeout: timeout, keepaliveInterval: keepalive, hostKeys: hostKeys ?? .strict(knownHosts: knownHosts))
    }
}

/// Runs `body` with a server, a client and a connection between them, all gone afterwards.
func withConnection<T: Sendable>(
    _ lines: [String] = [], _ body: (SSHConnection, LoopbackSSHD) async throws -> T
) async throws -> T {
    try await withLoopbackSSHD(lines) { server in
        try await withClient { client in
            try await body(try await client.connect(to: server.target()), server)
        }
    }
}

func withClient<T: Sendable>(_ body: (SSHClient) async throws -> T) async throws -> T {
    let client = SSHClient()
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// The error that `body` throws; nil where it throws none.
func sshError<T>(_ body: () async throws(SSHError) -> T) async -> SSHError? {
    do throws(SSHError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// Whether a connection can still be used.
func works(_ connection: SSHConnection) async throws -> Bool {
    let result = try await connection.execute("echo still", deadline: .seconds(60))
    return result.outputText == "still\n"
}

/// Bytes that differ from place to place, the same each time.
func pattern(_ count: Int) -> [UInt8] {
    var state: UInt32 = 12345
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}

/// A count that several tasks may raise and watch.
final class Counter: Sendable {
    private let state = Mutex((value: 0, lastSeen: -1, rounds: 0))

    var value: Int { state.withLock { $0.value } }

    func add(_ more: Int) { state.withLock { $0.value += more } }

    /// Whether it has stood at the same value above zero for as many questions as make a standstill likely.
    func isSteady() async throws -> Bool {
        state.withLock { state in
            state.rounds = state.value == state.lastSeen && state.value > 0 ? state.rounds + 1 : 0
            state.lastSeen = state.value
            return state.rounds >= 25
        }
    }
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
