/// What could not be done over SSH: what, why in the words of whoever knows, and the next thing to try.
package enum SSHError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being waited for when a host fell silent or a time limit ran out.
    package enum Phase: String, Sendable, Hashable {
        case resolving = "its name to be resolved"
        case connecting = "its TCP port to answer"
        case greeting = "its SSH greeting"
        case keyExchange = "the key exchange"
        case login = "the login"
        case opening = "a channel to be opened"
        case starting = "a command to be started"
    }

    case unknownHost(place: String, why: String)
    case refused(place: String)
    case unreachable(place: String, why: String)
    case silent(place: String, phase: Phase, after: Duration)
    case notSSH(place: String, why: String)
    /// The host ended the connection before its SSH greeting, as sshd does where too many log in at once; `words`: what it said instead.
    case dropped(place: String, words: String)
    /// The person's ssh configuration cannot be used for the host.
    case configuration(place: String, why: String)
    case keyExchangeFailed(place: String, why: String)
    case hostKeyUnknown(HostKeyDispute)
    case hostKeyChanged(HostKeyDispute)
    case hostKeyRevoked(HostKeyDispute)
    case knownHostsUnusable(path: String, why: String)
    /// `offers`: the ways to log in that the host names; `tried`: what became of each key.
    case loginRefused(LoginRefusal)
    case channelRefused(place: String, what: String, why: String)
    /// The host, which is gone through, opens another connection meanwhile, and that takes long: libssh2 opens one at a time.
    case stalled(place: String)
    case tooMuchOutput(place: String, command: String, limit: Int)
    /// The caller's own time limit for a command ran out.
    case deadline(place: String, command: String, after: Duration)
    case lost(place: String, why: String)
    /// The connection was closed by this side.
    case closed(place: String)
    case cancelled(place: String)
    /// This machine could not do its part: no more descriptors, no more threads.
    case local(place: String, why: String)

    package var description: String {
        fix.map { "\(what): \(why)\n  fix: \($0)" } ?? "\(what): \(why)"
    }
}

/// A host's key and what is known instead.
package struct HostKeyDispute: Sendable, Hashable {
    package var host: String
    package var port: Int
    /// The host as known_hosts files name it.
    package var name: String
    /// The algorithm's name, `ssh-ed25519`.
    package var type: String
    /// `SHA256:…` of the key that the host showed.
    package var shown: String
    /// `SHA256:…` of the keys that the file has for the host, with their types; empty where it has none.
    package var known: [String]
    /// The known_hosts file, with `:line` where there is one.
    package var file: String
    /// The key that the host showed, as it travels.
    package var key: [UInt8]

    package init(
        host: String, port: Int, name: String, type: String, shown: String, known: [String], file: String, key: [UInt8]
    ) {
        self.host = host
        self.port = port
        self.name = name
        self.type = type
        self.shown = shown
        self.known = known
        self.file = file
        self.key = key
    }

    package var place: String { port == 22 ? host : "\(host):\(port)" }
}

/// Why a host would not let a user in.
package struct LoginRefusal: Sendable, Hashable {
    package var place: String
    /// The host's name alone, for the remedy.
    package var host: String
    package var user: String
    /// `publickey`, `password`, …; empty where the host did not say.
    package var offers: [String]
    /// A line a key: which, and what became of it.
    package var tried: [String]

    package init(place: String, host: String, user: String, offers: [String], tried: [String]) {
        self.place = place
        self.host = host
        self.user = user
        self.offers = offers
        self.tried = tried
    }
}
