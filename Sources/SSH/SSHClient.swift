import Glibc
import Synchronization
import Vocabulary

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
    private let gates = Gates()
    private let bastions = Bastions()
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
    /// all within the target's `connectTimeout`. Where the target names hosts to go through, over one connection to each of those.
    ///
    /// A sshd that drops logins because there are too many at once is asked again, at the rate that it turns out to bear, with the
    /// `connectTimeout` six times over: that long may a host that is never free take.
    package func connect(to target: SSHTarget) async throws(SSHError) -> SSHConnection {
        let end = SystemClock.now + target.connectTimeout
        while true {
            do throws(SSHError) {
                return try await connect(to: target, over: try await carrier(of: target))
            } catch .stalled(let place) {
                guard SystemClock.now < end else { throw .stalled(place: place) }
            }
        }
    }

    private func connect(to target: SSHTarget, over carrier: SSHConnection?) async throws(SSHError) -> SSHConnection {
        try await gates.pass(Self.door(of: target), place: target.place, patience: target.connectTimeout * 6) {
            () async throws(SSHError) -> SSHConnection in
            try await self.logIn(target, over: carrier)
        }
    }

    private func logIn(_ target: SSHTarget, over carrier: SSHConnection?) async throws(SSHError) -> SSHConnection {
        let loop = try nextLoop(for: target)
        let stream = try await carrier == nil ? Self.proxyStream(to: target) : Self.stream(to: target, over: carrier)
        let session = Session(loop: loop, target: target, passphrases: passphrases, carrier: carrier)
        let answer = Answer<Session>()
        if !loop.post({ session.connect(answer, over: stream) }) {
            if let stream { close(stream) }
            throw .closed(place: target.place)
        }
        let connected = try await answer.value {
            _ = loop.post { session.fail(.cancelled(place: target.place)) }
        }
        return SSHConnection(connected, localAddress: connected.localAddress, greeting: connected.greeting)
    }

    private func carrier(of target: SSHTarget) async throws(SSHError) -> SSHConnection? {
        guard let jump = target.lastJump else { return nil }
        do throws(SSHError) {
            return try await bastions.connection(to: jump) { () async throws(SSHError) -> SSHConnection in
                try await self.connect(to: jump)
            }
        } catch .cancelled {
            throw .cancelled(place: target.place)
        }
    }

    /// A descriptor that leads to the host through `carrier`.
    private static func stream(to target: SSHTarget, over carrier: SSHConnection?) async throws(SSHError) -> Int32? {
        guard let carrier else { return nil }
        do throws(SSHError) {
            return try await carrier.openTCP(host: target.dialled, port: target.port, within: target.connectTimeout)
        } catch .channelRefused(let bastion, _, let why) {
            throw .unreachable(place: target.place, why: "\(bastion), which it is reached through, says: \(why)")
        } catch .silent(_, _, let after) {
            throw .silent(place: target.place, phase: .connecting, after: after)
        } catch .cancelled {
            throw .cancelled(place: target.place)
        }
    }

    /// A descriptor that leads to the host by the target's proxy command.
    private static func proxyStream(to target: SSHTarget) async throws(SSHError) -> Int32? {
        guard let command = target.proxyCommand else { return nil }
        let answer = Answer<Int32>()
        BlockingThreads.shared.run {
            answer.give(
                ProxyProcess.stream(command).mapError { .local(place: target.place, why: "cannot start `\(command)`: \($0.why)") })
        }
        // Started or not within a moment, so there is nothing to call off.
        return try await answer.value {}
    }

    private static func door(of target: SSHTarget) -> String {
        (target.jumps.map { "\($0.dialled):\($0.port)" } + ["\(target.dialled):\(target.port)"]).joined(separator: " ")
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
