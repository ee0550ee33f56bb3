/// What a channel is joined to on this side. Everything is called on the loop's thread.
protocol Endpoint: AnyObject, Sendable {
    /// Bytes of the host's output that can be taken now; 0 holds the host back once its window is full.
    var room: Int { get }
    /// Nobody on this side wants anything more: the channel is closed once its input has been sent.
    var isDeserted: Bool { get }
    /// The channel is open and its command runs.
    func started(_ channel: Channel)
    /// At most `room` bytes.
    func take(_ bytes: UnsafeRawBufferPointer)
    func takeErrors(_ bytes: UnsafeRawBufferPointer)
    func outputEnded()
    /// The next bytes for the host.
    func supply() -> Supply
    /// The host closed the channel; nil for what is no command.
    func ended(_ exit: CommandExit?)
    func failed(_ error: SSHError)
}

/// What an endpoint has for its host.
enum Supply {
    case bytes([UInt8])
    /// Not now; the endpoint will ask for a turn when there is more.
    case nothing
    /// Never again.
    case end
}
