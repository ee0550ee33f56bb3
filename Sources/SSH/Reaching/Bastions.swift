import Synchronization

/// The connections that carry other hosts' connections: one to each bastion, however many hosts are behind it; another one while a host
/// behind it does not answer, since libssh2 opens the connections through one after the other.
///
/// A bastion's connection is closed when the last of the connections through it is gone; it is made anew where it was lost.
final class Bastions: Sendable {
    private enum Entry {
        case connecting([Answer<SSHConnection>])
        case connected(Weak)
    }

    private struct Weak {
        weak var connection: SSHConnection?
    }

    private enum Turn {
        case use(SSHConnection)
        case wait(Answer<SSHConnection>, isFirst: Bool)
    }

    private let entries = Mutex<[SSHTarget: Entry]>([:])

    /// The connection to `bastion`, made by `connect` where there is none. All who wait for it at the same time get the same, or the same error.
    func connection(
        to bastion: SSHTarget, connect: @escaping @Sendable () async throws(SSHError) -> SSHConnection
    ) async throws(SSHError) -> SSHConnection {
        switch turn(bastion) {
        case .use(let connection): return connection
        case .wait(let answer, let isFirst):
            if isFirst {
                // Not the first caller's own task: that it is cancelled must not end the others' wait. Those who wait wait for this.
                Task {
                    do throws(SSHError) {
                        self.settle(bastion, .success(try await connect()))
                    } catch {
                        self.settle(bastion, .failure(error))
                    }
                }
            }
            return try await answer.value { answer.give(.failure(.cancelled(place: bastion.place))) }
        }
    }

    private func turn(_ bastion: SSHTarget) -> Turn {
        entries.withLock { entries in
            if case .connected(let known) = entries[bastion], let connection = known.connection, !connection.isClosed, !connection.isStalled
            {
                return .use(connection)
            }
            let answer = Answer<SSHConnection>()
            if case .connecting(let waiting) = entries[bastion] {
                entries[bastion] = .connecting(waiting + [answer])
                return .wait(answer, isFirst: false)
            }
            entries[bastion] = .connecting([answer])
            return .wait(answer, isFirst: true)
        }
    }

    private func settle(_ bastion: SSHTarget, _ result: Result<SSHConnection, SSHError>) {
        let waiting = entries.withLock { entries -> [Answer<SSHConnection>] in
            defer {
                switch result {
                case .success(let connection): entries[bastion] = .connected(Weak(connection: connection))
                case .failure: entries[bastion] = nil
                }
            }
            if case .connecting(let waiting) = entries[bastion] { return waiting }
            return []
        }
        for answer in waiting { answer.give(result) }
    }
}
