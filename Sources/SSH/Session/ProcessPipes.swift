import Synchronization

/// The two ends of a running command's pipes: callers on any thread on one side, the loop on the other.
final class ProcessPipes: Endpoint {
    /// Bytes held in each direction before the other side must wait.
    static let limit = 256 << 10

    private struct State {
        var input: [[UInt8]] = []
        var inputBytes = 0
        var isInputOver = false
        /// The loop came for input and found none: it must be told when there is some.
        var isHungry = false
        var writers: [Answer<Void>] = []

        var output: [UInt8] = []
        var isOutputOver = false
        /// The loop was held back for want of room: it must be told when there is some.
        var isFull = false
        var reader: Answer<[UInt8]?>?

        var end: Result<CommandExit, SSHError>?
        var exitWaiters: [Answer<CommandExit>] = []
    }

    /// Given when the command runs.
    let started = Answer<Void>()
    let errors = ErrorTail()
    private let state = Mutex(State())

    // The loop's side.

    var room: Int {
        state.withLock { state in
            let room = max(0, Self.limit - state.output.count)
            state.isFull = room == 0
            return room
        }
    }

    var isDeserted: Bool { false }

    func started(_ channel: Channel) {
        if !started.give(.success(())) { channel.abandon(.cancelled(place: channel.session.target.place)) }
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.output.append(contentsOf: bytes)
            Self.serveReader(&state)
        }
    }

    func takeErrors(_ bytes: UnsafeRawBufferPointer) { errors.append(bytes) }

    func outputEnded() {
        state.withLock { state in
            state.isOutputOver = true
            Self.serveReader(&state)
        }
    }

    func supply() -> Supply {
        state.withLock { state in
            guard !state.input.isEmpty else {
                state.isHungry = !state.isInputOver
                return state.isInputOver ? .end : .nothing
            }
            let bytes = state.input.removeFirst()
            state.inputBytes -= bytes.count
            if state.inputBytes < Self.limit {
                for writer in state.writers { writer.give(.success(())) }
                state.writers = []
            }
            return .bytes(bytes)
        }
    }

    func ended(_ exit: CommandExit?) { finish(.success(exit ?? .code(0))) }

    func failed(_ error: SSHError) {
        started.give(.failure(error))
        finish(.failure(error))
    }

    private func finish(_ end: Result<CommandExit, SSHError>) {
        state.withLock { state in
            guard state.end == nil else { return }
            state.end = end
            state.isOutputOver = true
            state.input = []
            // A writer that is let go finds the end when it looks again.
            for writer in state.writers { writer.give(.success(())) }
            state.writers = []
            for waiter in state.exitWaiters { waiter.give(end) }
            state.exitWaiters = []
            Self.serveReader(&state)
        }
    }

    /// Gives a waiting reader what there is. One that has been cancelled meanwhile takes nothing with it.
    private static func serveReader(_ state: inout State) {
        guard let reader = state.reader else { return }
        guard let result = nextOutput(state) else { return }
        state.reader = nil
        if reader.give(result) { state.output = [] }
    }

    private static func nextOutput(_ state: State) -> Result<[UInt8]?, SSHError>? {
        if !state.output.isEmpty { return .success(state.output) }
        guard state.isOutputOver else { return nil }
        if case .failure(let error) = state.end { return .failure(error) }
        return .success(nil)
    }
}

// The callers' side. What is returned says whether the loop must be told.
extension ProcessPipes {
    /// nil: taken in whole. Otherwise it waits for room and tries again.
    func offer(_ bytes: [UInt8], wake: () -> Void) throws(SSHError) -> Answer<Void>? {
        let (result, isHungry) = state.withLock { state -> (Result<Answer<Void>?, SSHError>, Bool) in
            if case .failure(let error) = state.end { return (.failure(error), false) }
            // What is written to a command that has ended goes nowhere, as with a local pipe whose reader is gone.
            if state.end != nil || state.isInputOver { return (.success(nil), false) }
            guard state.inputBytes < Self.limit else {
                let waiting = Answer<Void>()
                state.writers.append(waiting)
                return (.success(waiting), false)
            }
            state.input.append(bytes)
            state.inputBytes += bytes.count
            let isHungry = state.isHungry
            state.isHungry = false
            return (.success(nil), isHungry)
        }
        if isHungry { wake() }
        return try result.get()
    }

    func endInput(wake: () -> Void) {
        let isHungry = state.withLock { state in
            state.isInputOver = true
            defer { state.isHungry = false }
            return state.isHungry
        }
        if isHungry { wake() }
    }

    /// What there is now, or the answer that will have it.
    func output(wake: () -> Void) throws(SSHError) -> (now: [UInt8]?, later: Answer<[UInt8]?>?) {
        let (result, later, isFull) = state.withLock { state -> (Result<[UInt8]?, SSHError>?, Answer<[UInt8]?>?, Bool) in
            precondition(state.reader == nil, "a process has one reader at a time")
            guard let result = Self.nextOutput(state) else {
                let reader = Answer<[UInt8]?>()
                state.reader = reader
                return (nil, reader, false)
            }
            state.output = []
            defer { state.isFull = false }
            return (result, nil, state.isFull)
        }
        if isFull { wake() }
        return (try result?.get() ?? nil, later)
    }

    /// Takes the reader's place back after it has been cancelled.
    func dropReader() { state.withLock { $0.reader = nil } }

    func exit() -> Answer<CommandExit> {
        state.withLock { state in
            let waiter = Answer<CommandExit>()
            if let end = state.end { waiter.give(end) } else { state.exitWaiters.append(waiter) }
            return waiter
        }
    }
}
