import CLibSSH2
import Glibc
import Vocabulary

/// When a channel is given up, and with which words.
struct TimeLimit {
    let moment: Moment
    let error: SSHError
}

/// One channel of a session and the endpoint that it is joined to: what the one has, the other gets, as fast as both can.
///
/// Touched on the loop's thread only, hence `@unchecked`.
final class Channel: @unchecked Sendable {
    /// The calls that a channel may need, in the order in which they are tried.
    enum Call: CaseIterable { case start, readOutput, readErrors, write, endInput, awaitClose, free }

    /// Bytes in one direction before others have their turn.
    private static let turn = 512 << 10

    unowned let session: Session
    let request: ChannelRequest
    private(set) var endpoint: (any Endpoint)?
    var limit: TimeLimit?

    private let handle: OpaquePointer
    private var isStarted: Bool
    private var isOutputOver = false
    private var areErrorsOver: Bool
    private var chunk: [UInt8] = []
    private var sent = 0
    private var isInputOver = false
    private var isInputEndSent = false
    private var isClosedByHost = false
    private(set) var isFreed = false

    init(_ handle: OpaquePointer, of session: Session, opening: Opening) {
        self.handle = handle
        self.session = session
        request = opening.request
        endpoint = opening.endpoint
        limit = opening.limit
        isStarted = !request.isCommand
        areErrorsOver = !request.isCommand
    }

    /// Closes the channel, whatever it is doing; its endpoint is told why.
    func abandon(_ error: SSHError) {
        let endpoint = endpoint
        self.endpoint = nil
        limit = nil
        endpoint?.failed(error)
    }

    func wants(_ call: Call) -> Bool {
        guard let endpoint else { return call == .free }
        return switch call {
        case .start: !isStarted
        case .readOutput: isStarted && !isOutputOver && endpoint.room > 0
        case .readErrors: isStarted && !areErrorsOver
        case .write: isStarted && !isInputOver && !isClosedByHost
        case .endInput: isInputOver && !isInputEndSent && !isClosedByHost
        case .awaitClose: isOutputOver && areErrorsOver && !isClosedByHost
        case .free: isClosedByHost || (endpoint.isDeserted && isInputEndSent)
        }
    }

    func perform(_ call: Call) -> Outcome {
        switch call {
        case .start: start()
        case .readOutput: readOutput()
        case .readErrors: readErrors()
        case .write: write()
        case .endInput: endInput()
        case .awaitClose: awaitClose()
        case .free: free()
        }
    }

    private func start() -> Outcome {
        let status = request.command.withCString { muster_ssh_exec(handle, $0, UInt32(request.command.utf8.count)) }
        if status == 0 {
            opened()
            return .moved
        }
        if status == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED {
            abandon(.channelRefused(place: session.target.place, what: request.name, why: "the host refused to run it"))
            return .moved
        }
        return session.outcome(of: Int(status))
    }

    /// Called at once for what is no command.
    func opened() {
        isStarted = true
        if !request.hasOwnLimit { limit = nil }
        endpoint?.started(self)
    }

    private func readOutput() -> Outcome {
        read(
            stream: 0, into: { $0.take($1) },
            end: {
                self.isOutputOver = true
                self.endpoint?.outputEnded()
            })
    }

    private func readErrors() -> Outcome {
        read(stream: 1, into: { $0.takeErrors($1) }, end: { self.areErrorsOver = true })
    }

    /// libssh2 answers 0 for a stream that has nothing in line when the host has said that nothing more will come.
    private func read(
        stream: Int32, into take: (any Endpoint, UnsafeRawBufferPointer) -> Void, end: () -> Void
    ) -> Outcome {
        let scratch = session.loop.scratch
        var total = 0
        while total < Self.turn, let endpoint {
            let wanted = stream == 0 ? min(scratch.count, endpoint.room) : scratch.count
            guard wanted > 0 else { break }
            let count = muster_ssh_read(handle, stream, scratch.baseAddress!.assumingMemoryBound(to: CChar.self), wanted)
            if count == 0 {
                end()
                return .moved
            }
            guard count > 0 else { return session.outcome(of: count, moved: total > 0) }
            take(endpoint, UnsafeRawBufferPointer(rebasing: scratch[..<count]))
            total += count
        }
        return total > 0 ? .moved : .idle
    }

    private func write() -> Outcome {
        var total = 0
        while total < Self.turn {
            if sent == chunk.count {
                guard refill() else { return total > 0 || isInputOver ? .moved : .idle }
            }
            let count = chunk.withUnsafeBytes { bytes in
                muster_ssh_write(handle, bytes.baseAddress!.assumingMemoryBound(to: CChar.self) + sent, bytes.count - sent)
            }
            // 0: the host's window is full.
            if count == 0 { return total > 0 ? .moved : .idle }
            guard count > 0 else { return session.outcome(of: count, moved: total > 0) }
            sent += count
            total += count
        }
        return .moved
    }

    /// False where there is nothing to send now.
    private func refill() -> Bool {
        chunk = []
        sent = 0
        switch endpoint?.supply() ?? .end {
        case .bytes(let bytes):
            chunk = bytes
            return !bytes.isEmpty
        case .nothing: return false
        case .end:
            isInputOver = true
            return false
        }
    }

    // The three below begin only when the socket takes a packet at once: libssh2 builds some of theirs on its stack and
    // could not send a half-sent one on.

    private func endInput() -> Outcome {
        guard session.canSend else { return .idle }
        let status = libssh2_channel_send_eof(handle)
        guard status == 0 else { return session.outcome(of: Int(status)) }
        isInputEndSent = true
        return .moved
    }

    private func awaitClose() -> Outcome {
        let status = libssh2_channel_wait_closed(handle)
        guard status == 0 else { return session.outcome(of: Int(status)) }
        isClosedByHost = true
        limit = nil
        endpoint?.ended(request.isCommand ? exit() : nil)
        return .moved
    }

    private func free() -> Outcome {
        guard session.canSend else { return .idle }
        let status = libssh2_channel_free(handle)
        guard status == 0 else { return session.outcome(of: Int(status)) }
        isFreed = true
        if !isClosedByHost { endpoint?.ended(nil) }
        return .moved
    }

    /// A host that says neither code nor signal counts as code 0, which is all that libssh2 lets one see.
    private func exit() -> CommandExit {
        var name: UnsafeMutablePointer<CChar>?
        var length = 0
        libssh2_channel_get_exit_signal(handle, &name, &length, nil, nil, nil, nil)
        guard let name else { return .code(Int(libssh2_channel_get_exit_status(handle))) }
        defer { Glibc.free(name) }
        return .signal(String(cString: name))
    }
}
