import Glibc
import Synchronization

/// Reaches hosts over SSH: a few threads, each the owner of many connections.
///
/// The threads start with the first connection. They end with `shutdown`, or when the client goes, which closes whatever is
/// still connected.
package final class SSHClient: Sendable {
    private struct Running: @unchecked Sendable {
        // A pthread_t is a number on Linux; it is used once, to join.
        let loop: SSHLoop
        let thread: pthread_t
    }

    private struct State {
        var running: [Running] = []
        var connections = 0
        var isShutDown = false
    }

    private let loops: Int
    private let passphrases: PassphraseQuestion?
    private let state = Mutex(State())

    /// `loops`: threads, between which connections are shared out. `passphrases` asks for those of encrypted keys that a host takes;
    /// nil: nobody can be asked.
    package init(loops: Int = 2, passphrases: PassphraseQuestion? = nil) {
        precondition(loops > 0, "there is at least one thread")
        self.loops = loops
        self.passphrases = passphrases
    }

    deinit {
        for running in state.withLock({ $0.running }) {
            running.loop.stop()
            pthread_detach(running.thread)
        }
    }

    /// Connects and logs in: resolves the name, connects, greets, exchanges keys, checks the host's key, offers the user's keys,
    /// all within the target's `connectTimeout`.
    package func connect(to target: SSHTarget) async throws(SSHError) -> SSHConnection {
        let loop = try nextLoop(for: target)
        let session = Session(loop: loop, target: target, passphrases: passphrases)
        let answer = Answer<Session>()
        if !loop.post({ session.connect(answer) }) { throw .closed(place: target.place) }
        let connected = try await answer.value {
            _ = loop.post { session.fail(.cancelled(place: target.place)) }
        }
        return SSHConnection(connected, localAddress: connected.localAddress)
    }

    /// Closes every connection and returns when the threads are gone; nothing can be connected afterwards.
    package func shutdown() async {
        let running = state.withLock { state in
            state.isShutDown = true
            defer { state.running = [] }
            return state.running
        }
        for one in running { one.loop.stop() }
        for one in running {
            _ = try? await one.loop.ended.value {}
            pthread_join(one.thread, nil)
        }
    }

    private func nextLoop(for target: SSHTarget) throws(SSHError) -> SSHLoop {
        let result = state.withLock { state -> Result<SSHLoop, SSHError> in
            guard !state.isShutDown else { return .failure(.closed(place: target.place)) }
            defer { state.connections += 1 }
            if state.running.count == loops { return .success(state.running[state.connections % loops].loop) }
            guard let loop = SSHLoop() else { return .failure(.local(place: target.place, why: errorText(errno))) }
            guard let thread = loop.start() else { return .failure(.local(place: target.place, why: "no thread to be had")) }
            state.running.append(Running(loop: loop, thread: thread))
            return .success(loop)
        }
        return try result.get()
    }
}
