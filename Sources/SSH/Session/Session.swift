import CLibSSH2
import CLinux
import Glibc
import Synchronization
import Vocabulary

/// What one call of libssh2 led to.
enum Outcome {
    case moved
    /// Nothing to do before the host says something.
    case idle
    /// A packet is half sent: until the rest is gone, this very call is the only one that may be made.
    case blocked
    /// The session is over.
    case over
}

/// One SSH connection: its socket, libssh2's state, its channels. Touched on its loop's thread only, hence `@unchecked`.
///
/// libssh2's rules that shape it: after EAGAIN with output pending, the same call must be repeated and nothing else sent
/// (`held`); one channel is opened at a time (`openings`); reading for one channel reads for all, so each turn asks them all.
final class Session: Watched, @unchecked Sendable {
    /// Turns before other sessions have theirs.
    private static let turnsAtOnce = 8
    /// How long something may lie unread where no channel is there to read it.
    private static let unreadLimit = Duration.seconds(1)
    /// A connection that a bastion makes takes a round trip or two. Those who wait behind one that takes this long are sent another way.
    private static let stallLimit = Duration.seconds(1)

    private enum Call {
        case login
        case open
        case channel(Channel, Channel.Call)
    }

    let loop: SSHLoop
    let target: SSHTarget
    let passphrases: PassphraseQuestion?
    /// What carries this session, where it goes through another host: kept open for as long as it is needed.
    private var carrier: SSHConnection?
    let closing = Closing()
    /// This machine's address on the connection, in digits; set before the login's answer is given.
    private(set) var localAddress = ""
    /// As the host has greeted; set before the login's answer is given.
    private(set) var greeting = ""
    private(set) var socket: Int32 = -1
    private(set) var handle: OpaquePointer?
    private(set) var isOver = false
    private var tag: UInt64 = 0
    private var login: Login?
    private var openings: [Opening] = []
    /// Set while an opening takes longer than `stallLimit`; read from any thread.
    let isStalled = Atomic(false)
    private var channels: [Channel] = []
    private var held: Call?
    private var heartbeat: Heartbeat
    private var unreadSince: Moment?
    private var isEndedByHost = false

    init(loop: SSHLoop, target: SSHTarget, passphrases: PassphraseQuestion?, carrier: SSHConnection?) {
        self.loop = loop
        self.target = target
        self.passphrases = passphrases
        self.carrier = carrier
        heartbeat = Heartbeat(interval: target.keepaliveInterval, now: SystemClock.now)
    }

    /// Begins to connect; `answer` is given when the session can be used or cannot be had. `stream`: a descriptor that leads to the host
    /// already, which is then the session's.
    func connect(_ answer: Answer<Session>, over stream: Int32? = nil) {
        guard !loop.isStopping else {
            isOver = true
            if let stream { close(stream) }
            answer.give(.failure(.closed(place: target.place)))
            return
        }
        loop.add(self)
        let login = Login(self, answer)
        self.login = login
        loop.tick(at: login.deadline)
        login.begin(over: stream)
    }

    // What a login needs.

    /// Takes a connected socket over; false, with errno, where it cannot be watched.
    func adopt(_ descriptor: Int32) -> Bool {
        guard let tag = loop.watch(descriptor, self) else { return false }
        self.tag = tag
        socket = descriptor
        return true
    }

    private func dropSocket() {
        guard socket >= 0 else { return }
        loop.unwatch(socket, tag)
        close(socket)
        socket = -1
    }

    /// libssh2's session, once the socket is connected; false where there is no memory.
    func makeHandle() -> Bool {
        guard LibSSH2.isReady, let handle = muster_ssh_session(nil) else { return false }
        libssh2_session_set_blocking(handle, 0)
        // Two seconds, libssh2's least: it counts on the wall clock, and when to ask is decided by `Heartbeat`.
        libssh2_keepalive_config(handle, 1, 2)
        self.handle = handle
        return true
    }

    /// The login waits for somebody who is not the host.
    func suspendLogin() { login?.suspend() }

    func resumeLogin() {
        login?.resume()
        pump()
    }

    func loginSucceeded() {
        login = nil
        localAddress = SocketAddress.local(of: socket)
        greeting = libssh2_session_banner_get(handle).map { String(cString: $0) } ?? ""
        heartbeat = Heartbeat(interval: target.keepaliveInterval, now: SystemClock.now)
        loop.tick(at: heartbeat.next)
    }
}

// Channels.
extension Session {
    func open(_ request: ChannelRequest, for endpoint: any Endpoint, limit: TimeLimit?) {
        guard !isOver, login == nil else { return endpoint.failed(closing.error ?? .closed(place: target.place)) }
        openings.append(Opening(request, for: endpoint, limit: limit))
        if let limit { loop.tick(at: limit.moment) }
        if isStalled.load(ordering: .relaxed) { sendOthersAway() }
        pump()
    }

    /// Gives up what `endpoint` is joined to, if anything still is.
    func abandon(_ endpoint: any Endpoint, _ error: SSHError) {
        for opening in openings where opening.endpoint === endpoint { opening.abandon(error) }
        for channel in channels where channel.endpoint === endpoint { channel.abandon(error) }
        pump()
    }

    private func openNext() -> Outcome {
        guard let handle, let opening = openings.first else { return .idle }
        if opening.begunAt == nil { loop.tick(at: SystemClock.now + Self.stallLimit) }
        guard let channel = opening.open(handle) else { return openingOutcome(opening) }
        openings.removeFirst()
        isStalled.store(false, ordering: .relaxed)
        let joined = Channel(channel, of: self, opening: opening)
        channels.append(joined)
        if !opening.request.isCommand { joined.opened() }
        return .moved
    }

    private func openingOutcome(_ opening: Opening) -> Outcome {
        let status = libssh2_session_last_errno(handle)
        guard status == LIBSSH2_ERROR_CHANNEL_FAILURE else { return outcome(of: Int(status)) }
        openings.removeFirst()
        isStalled.store(false, ordering: .relaxed)
        opening.abandon(.channelRefused(place: target.place, what: opening.request.name, why: lastWords))
        return .moved
    }
}

// Turns.
extension Session {
    func ready(_ events: UInt32) {
        if muster_event_readable(events) != 0 {
            heartbeat.heard(SystemClock.now)
            if unreadSince == nil { unreadSince = SystemClock.now }
            if muster_event_ended(events) != 0 { isEndedByHost = true }
            if channels.isEmpty && openings.isEmpty && login == nil { loop.tick(at: SystemClock.now + Self.unreadLimit) }
        }
        pump()
    }

    func goOn() { pump() }

    /// Does whatever can be done now.
    func pump() {
        for _ in 0..<Self.turnsAtOnce {
            guard !isOver, handle != nil else { return }
            guard turn() else {
                if isEndedByHost && !isOver && channels.isEmpty && openings.isEmpty && login == nil {
                    fail(.lost(place: target.place, why: "the host closed it"))
                }
                return
            }
        }
        if !isOver { loop.comeBack(to: self) }
    }

    /// One try of everything; false where nothing moved or nothing more can.
    private func turn() -> Bool {
        var moved = false
        if let call = held {
            let outcome = perform(call)
            guard outcome != .blocked, outcome != .over else { return false }
            held = nil
            moved = true
        }
        if login != nil { return attempt(.login, &moved) && moved }
        if !openings.isEmpty {
            unreadSince = nil
            guard attempt(.open, &moved) else { return false }
        }
        for channel in channels {
            unreadSince = nil
            for call in Channel.Call.allCases where !channel.isFreed && channel.wants(call) {
                guard attempt(.channel(channel, call), &moved) else { return false }
            }
        }
        channels.removeAll { $0.isFreed }
        return moved
    }

    /// False where the turn is over.
    private func attempt(_ call: Call, _ moved: inout Bool) -> Bool {
        switch perform(call) {
        case .moved: moved = true
        case .idle: break
        case .blocked:
            held = call
            return false
        case .over: return false
        }
        return true
    }

    private func perform(_ call: Call) -> Outcome {
        switch call {
        case .login: login?.advance() ?? .idle
        case .open: openNext()
        case .channel(let channel, let call): channel.perform(call)
        }
    }

    /// What libssh2's answer means; anything but "would block" ends the session.
    func outcome(of status: Int, moved: Bool = false) -> Outcome {
        guard status == Int(LIBSSH2_ERROR_EAGAIN) else {
            fail(.lost(place: target.place, why: lastWords))
            return .over
        }
        if isSendPending { return .blocked }
        return moved ? .moved : .idle
    }

    private var isSendPending: Bool { libssh2_session_block_directions(handle) & LIBSSH2_SESSION_BLOCK_OUTBOUND != 0 }

    /// Whether the socket takes a small packet whole.
    var canSend: Bool {
        var asked = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        return poll(&asked, 1, 0) == 1
    }

    /// libssh2's words for what it last met.
    var lastWords: String {
        var text: UnsafeMutablePointer<CChar>?
        libssh2_session_last_error(handle, &text, nil, 0)
        guard let text, text.pointee != 0 else { return "libssh2 does not say why" }
        return String(cString: text)
    }
}

// Time and the end.
extension Session {
    /// Gives up what is over its time limit; when to look again.
    func checkTime(_ now: Moment) -> Moment? {
        if let login {
            login.checkTime(now)
            return self.login?.nextLimit
        }
        for opening in openings { if let limit = opening.limit, limit.moment <= now { opening.abandon(limit.error) } }
        for channel in channels { if let limit = channel.limit, limit.moment <= now { channel.abandon(limit.error) } }
        if let begun = openings.first?.begunAt, begun + Self.stallLimit <= now { sendOthersAway() }
        readWhatNobodyReads(now)
        askWhetherAlive(now)
        pump()
        guard !isOver else { return nil }
        let limits = openings.compactMap(\.limit?.moment) + channels.compactMap(\.limit?.moment)
        let stall = isStalled.load(ordering: .relaxed) ? nil : openings.first?.begunAt.map { $0 + Self.stallLimit }
        return ([heartbeat.next] + limits + (stall.map { [$0] } ?? []) + (unreadSince.map { [$0 + Self.unreadLimit] } ?? [])).min()
    }

    /// Those who wait to go through this host are told to do so over another connection to it.
    private func sendOthersAway() {
        isStalled.store(true, ordering: .relaxed)
        let waiting = openings.dropFirst().filter(\.request.isTCP)
        openings.removeAll { opening in waiting.contains { $0 === opening } }
        for opening in waiting { opening.abandon(.stalled(place: target.place)) }
    }

    private func readWhatNobodyReads(_ now: Moment) {
        guard let since = unreadSince, since + Self.unreadLimit <= now, channels.isEmpty, openings.isEmpty else { return }
        openings.append(Opening(.reading, for: nil, limit: nil))
    }

    private func askWhetherAlive(_ now: Moment) {
        switch heartbeat.beat(now) {
        case .none: break
        case .dead where hasUnread: heartbeat.heard(now)
        case .dead(let silence):
            fail(.lost(place: target.place, why: "the host has been silent for \(silence.wholeNanoseconds / 1_000_000_000) s"))
        case .ask:
            heartbeat.asked(now)
            // The answer to a keep-alive is only read by a channel; where there is none, the opening of one is the question.
            if channels.isEmpty && openings.isEmpty { return openings.append(Opening(.reading, for: nil, limit: nil)) }
            // Not on a full socket: libssh2 could not send a half-sent keep-alive on. The data that fill it ask as well.
            guard held == nil, canSend else { return }
            var next: Int32 = 0
            if libssh2_keepalive_send(handle, &next) != 0 { fail(.lost(place: target.place, why: lastWords)) }
        }
    }

    /// Whether the host's words are there and it is we who do not read, because an endpoint has no room.
    private var hasUnread: Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) == 1
    }

    /// Says good-bye, where that is possible without waiting, and ends.
    func closeFromHere() {
        guard !isOver else { return }
        if login == nil, held == nil, handle != nil, canSend { _ = muster_ssh_disconnect(handle) }
        fail(.closed(place: target.place))
    }

    /// Ends the session; everything that hangs on it is told why.
    func fail(_ error: SSHError) {
        guard !isOver else { return }
        isOver = true
        held = nil
        login?.failed(error)
        login = nil
        for opening in openings { opening.abandon(error) }
        for channel in channels { channel.abandon(error) }
        openings = []
        channels = []
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
        freeHandle()
        dropSocket()
        carrier = nil
        loop.remove(self)
        closing.give(error)
    }

    private func freeHandle() {
        guard let handle else { return }
        // After the shutdown nothing blocks any more, but a call may need its turn in between; where even that does not
        // help, a few KiB are lost rather than the loop.
        var tries = 100
        while tries > 0 && libssh2_session_free(handle) == LIBSSH2_ERROR_EAGAIN { tries -= 1 }
        self.handle = nil
    }
}
