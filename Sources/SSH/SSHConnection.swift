import Synchronization
import Vocabulary

/// A login on one host, over which any number of commands and streams run at once.
///
/// When the last reference to it and to its processes is gone, it is closed.
package final class SSHConnection: Sendable {
    /// The address of this machine's end of the TCP connection, in digits: where the host can reach this machine.
    package let localAddress: String
    package let target: SSHTarget
    /// How the host's sshd greets: `SSH-2.0-OpenSSH_9.2p1`.
    package let greeting: String
    private let session: Session

    init(_ session: Session, localAddress: String, greeting: String) {
        self.session = session
        self.greeting = greeting
        self.localAddress = localAddress
        target = session.target
    }

    deinit { Self.close(session) }

    /// Runs a command by the user's login shell with `input` as its whole standard input, and waits for its end.
    ///
    /// Errors: `deadline` after the caller's own time limit, `tooMuchOutput` beyond `outputLimit` bytes of both outputs together,
    /// `cancelled` where the task is. In each of these the channel is closed; the command itself is not killed.
    package func execute(
        _ command: String, input: [UInt8] = [], deadline: Duration, outputLimit: Int = 1 << 20
    ) async throws(SSHError) -> CommandResult {
        let capture = CommandCapture(place: target.place, command: command, input: input, limit: outputLimit)
        let limit = TimeLimit(
            moment: SystemClock.now + deadline, error: .deadline(place: target.place, command: command, after: deadline))
        open(.command(command, hasOwnLimit: true), for: capture, limit)
        return try await capture.answer.value(cancel: cancelling(capture))
    }

    /// Starts a command by the user's login shell; its pipes are open when this returns.
    package func start(_ command: String) async throws(SSHError) -> SSHProcess {
        let pipes = ProcessPipes()
        open(.command(command, hasOwnLimit: false), for: pipes, openLimit(.starting))
        try await pipes.started.value(cancel: cancelling(pipes))
        return SSHProcess(pipes, session)
    }

    /// A stream to a unix socket on the host, by sshd's stream-local forwarding.
    ///
    /// The descriptor that is returned, one end of a local socket pair, is the caller's to close. Each direction ends by itself;
    /// when the connection is lost the stream ends.
    package func openUnixSocket(_ path: String) async throws(SSHError) -> Int32 {
        try await bridge(.socket(path: path), errors: nil)
    }

    /// A stream to a TCP port that the host connects to (`direct-tcpip`), as `openUnixSocket`'s. The name is the host's to resolve.
    package func openTCP(host: String, port: Int, within timeout: Duration? = nil) async throws(SSHError) -> Int32 {
        try await bridge(.tcp(host: host, port: port), errors: nil, limit: timeout)
    }

    /// A stream to the standard input and output of a command, as `openUnixSocket`'s; the end of its standard error is kept in `errors`.
    package func bridge(_ command: String, errors: ErrorTail? = nil) async throws(SSHError) -> Int32 {
        try await bridge(.command(command, hasOwnLimit: false), errors: errors)
    }

    /// Whether it is known to be gone.
    package var isClosed: Bool { session.closing.error != nil }

    /// Whether a connection through the host is long in coming, and others would have to wait for it.
    var isStalled: Bool { session.isStalled.load(ordering: .relaxed) }

    /// Waits until the connection is gone and says why; nil where the waiting task was cancelled before.
    package func whenClosed() async -> SSHError? { await session.closing.value() }

    /// Closes the connection and everything on it, and returns when it is closed.
    package func close() async {
        Self.close(session)
        _ = await session.closing.value()
    }

    private func bridge(_ request: ChannelRequest, errors: ErrorTail?, limit: Duration? = nil) async throws(SSHError) -> Int32 {
        let bridge = SocketBridge(loop: session.loop, place: target.place, errors: errors)
        open(request, for: bridge, openLimit(.opening, limit))
        return try await bridge.answer.value(cancel: cancelling(bridge))
    }

    private func open(_ request: ChannelRequest, for endpoint: any Endpoint, _ limit: TimeLimit) {
        let session = session
        let isPosted = session.loop.post { session.open(request, for: endpoint, limit: limit) }
        if !isPosted { endpoint.failed(.closed(place: target.place)) }
    }

    private func openLimit(_ phase: SSHError.Phase, _ limit: Duration? = nil) -> TimeLimit {
        let limit = limit ?? target.openTimeout
        return TimeLimit(moment: SystemClock.now + limit, error: .silent(place: target.place, phase: phase, after: limit))
    }

    private func cancelling(_ endpoint: any Endpoint) -> @Sendable () -> Void {
        let session = session
        return { _ = session.loop.post { session.abandon(endpoint, .cancelled(place: session.target.place)) } }
    }

    private static func close(_ session: Session) {
        _ = session.loop.post { session.closeFromHere() }
    }
}
