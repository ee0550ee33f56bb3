/// A command that runs on a host, with its pipes.
///
/// When the last reference goes, or with `cancel`, its channel is closed: the command then finds its input ended and its
/// output without a reader, but SSH does not kill it.
package final class SSHProcess: Sendable {
    private let pipes: ProcessPipes
    private let session: Session

    init(_ pipes: ProcessPipes, _ session: Session) {
        self.pipes = pipes
        self.session = session
    }

    deinit { close() }

    /// Hands bytes to the command's standard input; returns when they are accepted, with at most 512 KiB then on the way.
    ///
    /// What is written after the command's end or after `closeInput` goes nowhere.
    package func write(_ bytes: [UInt8]) async throws(SSHError) {
        if bytes.count <= ProcessPipes.limit { return try await accept(bytes) }
        for start in stride(from: 0, to: bytes.count, by: ProcessPipes.limit) {
            try await accept(Array(bytes[start..<min(start + ProcessPipes.limit, bytes.count)]))
        }
    }

    /// Ends the command's standard input after what has been written.
    package func closeInput() async { pipes.endInput(wake: wake) }

    /// The next bytes of the command's standard output; nil at its end. One caller at a time.
    package func read() async throws(SSHError) -> [UInt8]? {
        let (now, later) = try pipes.output(wake: wake)
        guard let later else { return now }
        let place = session.target.place
        do throws(SSHError) {
            return try await later.value { later.give(.failure(.cancelled(place: place))) }
        } catch {
            pipes.dropReader()
            throw error
        }
    }

    /// The end of what the command wrote to its standard error so far, at most `ErrorTail.limit` bytes.
    package var errorOutput: [UInt8] { pipes.errors.bytes }

    /// Waits for the command's end, which comes only when its output has been read.
    package func waitForExit() async throws(SSHError) -> CommandExit {
        let exit = pipes.exit()
        let place = session.target.place
        return try await exit.value { exit.give(.failure(.cancelled(place: place))) }
    }

    /// Closes the channel; whoever waits is told that it was cancelled.
    package func cancel() { close() }

    private func accept(_ bytes: [UInt8]) async throws(SSHError) {
        let place = session.target.place
        while let room = try pipes.offer(bytes, wake: wake) {
            try await room.value { room.give(.failure(.cancelled(place: place))) }
        }
    }

    private func wake() {
        let session = session
        _ = session.loop.post { session.pump() }
    }

    private func close() {
        let (session, pipes) = (session, pipes)
        _ = session.loop.post { session.abandon(pipes, .cancelled(place: session.target.place)) }
    }
}
