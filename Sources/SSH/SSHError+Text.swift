import Vocabulary

extension SSHError {
    /// What could not be done, with the host.
    package var what: String {
        switch self {
        case .unknownHost(let place, _), .refused(let place), .unreachable(let place, _), .notSSH(let place, _), .dropped(let place, _),
            .keyExchangeFailed(let place, _), .silent(let place, .resolving, _), .silent(let place, .connecting, _),
            .silent(let place, .greeting, _), .silent(let place, .keyExchange, _), .local(let place, _):
            "cannot connect to \(place)"
        case .configuration(let place, _): "cannot tell how to reach \(place)"
        case .silent(let place, .login, _): "cannot log in to \(place)"
        case .silent(let place, .opening, _), .silent(let place, .starting, _): "cannot start anything on \(place)"
        case .hostKeyUnknown(let dispute), .hostKeyChanged(let dispute), .hostKeyRevoked(let dispute):
            "cannot trust \(dispute.place)"
        case .knownHostsUnusable(let path, _): "cannot use the known hosts in \(path)"
        case .loginRefused(let refusal): "cannot log in to \(refusal.place) as \(refusal.user)"
        case .channelRefused(let place, let what, _): "cannot open \(what) on \(place)"
        case .stalled(let place): "cannot go through \(place)"
        case .tooMuchOutput(let place, let command, _), .deadline(let place, let command, _):
            "gave up `\(Self.shortened(command))` on \(place)"
        case .lost(let place, _), .closed(let place), .cancelled(let place): "no connection to \(place) any more"
        }
    }

    /// Why, in the words of whoever knows.
    package var why: String {
        switch self {
        case .unknownHost(_, let why), .unreachable(_, let why), .notSSH(_, let why), .keyExchangeFailed(_, let why),
            .knownHostsUnusable(_, let why), .configuration(_, let why), .channelRefused(_, _, let why), .lost(_, let why),
            .local(_, let why):
            why
        case .refused: "it refuses connections on that port"
        case .dropped(_, let words):
            words.isEmpty ? "it ended the connection without an SSH greeting" : "it ended the connection and said: \(words)"
        case .silent(_, let phase, let after): "waited \(Self.seconds(after)) for \(phase.rawValue)"
        case .hostKeyUnknown(let dispute):
            "its \(dispute.type) key \(dispute.shown) is not in \(dispute.file)"
        case .hostKeyChanged(let dispute):
            "its \(dispute.type) key is \(dispute.shown), but \(dispute.file) has \(dispute.known.joined(separator: ", "))"
        case .hostKeyRevoked(let dispute):
            "its \(dispute.type) key \(dispute.shown) is marked as revoked in \(dispute.file)"
        case .loginRefused(let refusal): Self.words(for: refusal)
        case .stalled: "a connection through it to another host does not come about"
        case .tooMuchOutput(_, _, let limit): "it printed more than \(limit) bytes"
        case .deadline(_, _, let after): "it was not done after \(Self.seconds(after))"
        case .closed: "it was closed from here"
        case .cancelled: "the operation was cancelled"
        }
    }

    /// The next thing to try; nil where nothing sensible can be said.
    package var fix: String? {
        switch self {
        case .unknownHost: "check the spelling of the address, or give an IP address"
        case .refused: "start sshd there, or give the right port with `ssh.port`"
        case .stalled(let place): "see from \(place) which of the hosts behind it answer"
        case .unreachable: "check the address, the network and any firewall between"
        case .silent(let place, let phase, _): Self.fix(for: phase, place)
        case .notSSH: "check that the port is sshd's"
        case .dropped: "check that the port is sshd's; where sshd drops parallel logins, raise its MaxStartups"
        case .configuration(let place, _): "see what is wrong: ssh -G \(place)"
        case .keyExchangeFailed: "see `ssh -vv` to the host for the methods that it offers"
        case .hostKeyUnknown:
            "run muster on a terminal, where it shows the fingerprints and asks; or log in with ssh once; or `host_keys: accept-new`"
        case .hostKeyChanged(let dispute):
            "if the host was really installed anew: ssh-keygen -f \(Self.path(dispute)) -R '\(dispute.name)'"
        case .hostKeyRevoked: "do not use this host before its key has been replaced"
        case .knownHostsUnusable: "give a readable file with `ssh.known_hosts`"
        case .loginRefused(let refusal): "muster ssh-setup --hosts \(refusal.user)@\(refusal.host)"
        case .channelRefused: "see sshd's log on the host; MaxSessions and AllowStreamLocalForwarding limit what it opens"
        case .tooMuchOutput, .deadline, .lost, .closed, .cancelled, .local: nil
        }
    }

    private static func fix(for phase: Phase, _ place: String) -> String {
        switch phase {
        case .resolving: "check this machine's name servers, or give an IP address"
        case .connecting: "check the address and any firewall between; a longer `ssh.timeout` helps on slow networks"
        case .greeting: "check that the port is sshd's and that sshd there is not stuck"
        case .keyExchange, .login, .opening, .starting: "check the load of the host; a longer `ssh.timeout` helps on slow networks"
        }
    }

    private static func words(for refusal: LoginRefusal) -> String {
        var words = refusal.tried.isEmpty ? "there is no key to try" : refusal.tried.joined(separator: "; ")
        if !refusal.offers.isEmpty { words += "; it offers \(refusal.offers.joined(separator: ", "))" }
        return words
    }

    /// The file of a dispute without its line.
    private static func path(_ dispute: HostKeyDispute) -> String {
        guard let colon = dispute.file.lastIndex(of: ":"), Int(dispute.file[dispute.file.index(after: colon)...]) != nil else {
            return dispute.file
        }
        return String(dispute.file[..<colon])
    }

    private static func seconds(_ duration: Duration) -> String {
        let tenths = duration.wholeNanoseconds / 100_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }

    /// A command's beginning, for messages.
    private static func shortened(_ command: String) -> String {
        let line = command.prefix(while: { $0 != "\n" })
        return line.count > 60 ? line.prefix(59) + "…" : line.count < command.count ? line + "…" : String(line)
    }
}
