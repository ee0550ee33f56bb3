/// A command that is given all its input at once and whose output is kept whole.
///
/// `@unchecked`: its fields are touched on the loop's thread only; the answer is its way to the caller.
final class CommandCapture: Endpoint, @unchecked Sendable {
    let answer = Answer<CommandResult>()
    private let place: String
    private let command: String
    private let limit: Int
    private var input: [UInt8]?
    private var output: [UInt8] = []
    private var errorOutput: [UInt8] = []
    private weak var channel: Channel?

    init(place: String, command: String, input: [UInt8], limit: Int) {
        self.place = place
        self.command = command
        self.input = input.isEmpty ? nil : input
        self.limit = limit
    }

    var room: Int { 64 << 10 }
    var isDeserted: Bool { false }

    func started(_ channel: Channel) { self.channel = channel }

    func take(_ bytes: UnsafeRawBufferPointer) {
        output.append(contentsOf: bytes)
        stopAboveLimit()
    }

    func takeErrors(_ bytes: UnsafeRawBufferPointer) {
        errorOutput.append(contentsOf: bytes)
        stopAboveLimit()
    }

    func outputEnded() {}

    func supply() -> Supply {
        guard let bytes = input else { return .end }
        input = nil
        return .bytes(bytes)
    }

    func ended(_ exit: CommandExit?) {
        answer.give(.success(CommandResult(output: output, errorOutput: errorOutput, exit: exit ?? .code(0))))
    }

    func failed(_ error: SSHError) { answer.give(.failure(error)) }

    private func stopAboveLimit() {
        guard output.count + errorOutput.count > limit else { return }
        channel?.abandon(.tooMuchOutput(place: place, command: command, limit: limit))
    }
}
