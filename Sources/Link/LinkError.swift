import Vocabulary

/// Why a link could not be made, or was cut.
package enum LinkError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The peer sent what no peer of ours would send; the text says what.
    case garbage(String)
    /// A frame announced more bytes than `Framing` allows where it stands.
    case frameTooLong(bytes: Int)
    /// A message of our own is too long to be sent.
    case messageTooLong(bytes: Int)
    /// The peer refused us, in its own words.
    case refused(String)
    /// We refused the peer.
    case unwelcome(Unwelcome)
    /// Nothing was heard for this long.
    case silent(Duration)
    /// The greeting was not over within its deadline.
    case noGreeting(Duration)
    /// The other end does not know the key, or another one.
    case keyRejected(String)
    /// So many connections were being greeted already.
    case crowded(limit: Int)
    /// A newer connection of the same peer took this one's place.
    case replaced
    /// The stream ended.
    case disconnected
    /// The link was closed on this side.
    case closed
    /// No connection could be made; the text says where to and why.
    case unreachable(String)

    package var description: String {
        switch self {
        case .garbage(let what): "the peer sent garbage: \(what)"
        case .frameTooLong(let bytes):
            "the peer sent a frame of \(bytes) bytes; the limit is \(Framing.byteLimit), or \(Framing.greetingLimit) for a greeting"
        case .messageTooLong(let bytes): "a message of \(bytes) bytes is too long to be sent; the limit is \(Packet.messageLimit)"
        case .refused(let reason): "the peer refused the link: \(reason)"
        case .unwelcome(let reason): "the peer was refused: \(reason)"
        case .silent(let time): "nothing was heard from the peer for \(time)"
        case .noGreeting(let time): "the peer did not greet within \(time)"
        case .keyRejected(let what): "the two ends have different keys: \(what)"
        case .crowded(let limit): "\(limit) connections are being greeted already"
        case .replaced: "a newer connection took its place"
        case .disconnected: "the connection ended"
        case .closed: "the link was closed"
        case .unreachable(let what): "cannot reach the peer: \(what)"
        }
    }
}

/// Why a greeting is refused; the words go to the peer, so they hold no secret.
package enum Unwelcome: Error, Sendable, Equatable, CustomStringConvertible {
    case version(theirs: UInt32, ours: UInt32)
    case run(theirs: String, ours: RunID)
    case agent(theirs: String, ours: AgentID)
    case unknownAgent(String)
    case token
    /// The peer's count of messages cannot be true of this link; in the conversation's words.
    case mismatch(String)
    /// A later controller has the run in hand.
    case superseded(by: UInt64)
    /// The first frame was something else.
    case noHello
    case closed

    package var description: String {
        switch self {
        case .version(let theirs, let ours): "wrong protocol version \(theirs); this end speaks \(ours)"
        case .run(let theirs, let ours): "wrong run '\(printable(theirs))'; this end belongs to \(ours)"
        case .agent(let theirs, let ours): "wrong agent '\(printable(theirs))'; this end expects \(ours)"
        case .unknownAgent(let theirs): "no agent '\(printable(theirs))' in this run"
        case .token: "wrong token"
        case .mismatch(let what): what
        case .superseded(let number): "the run's controller number \(number) has taken over"
        case .noHello: "no greeting"
        case .closed: "this end has closed the link"
        }
    }
}

/// A stranger's text made fit for a log: at most 96 characters, nothing but printable ASCII.
private func printable(_ text: String) -> String {
    String(text.unicodeScalars.prefix(96).map { (0x20...0x7e).contains($0.value) ? Character($0) : "?" })
}
