import Vocabulary

/// How many logins to one sshd may be under way at once, learned from those that it drops.
///
/// sshd drops connections at random while `MaxStartups` of them (10 by default) have not logged in, before it has said a word;
/// dropbear from its sixth on. So the gate lets ten through, one more with each full round of logins, and half as many
/// after a drop, from where it grows slowly again, but no more past what was once too much. Values only: time and chance are arguments.
struct StartGate {
    /// OpenSSH's own limit below which it drops nobody.
    private static let atFirst = 10.0
    private static let most = 256.0
    /// Drops in a row, with no greeting ever, after which the port is not taken for a busy sshd's any more.
    static let patience = 5

    private(set) var inside = 0
    private var width = atFirst
    private var ceiling = most
    /// When the gate was last made narrower: one burst of drops counts once.
    private var narrowedAt: Moment?
    private var hasGreeted = false

    var hasRoom: Bool { inside < Int(width) }
    var isIdle: Bool { inside == 0 }

    mutating func enter() { inside += 1 }

    /// A login has ended, well or with the host's word: what counts is that sshd took the connection.
    mutating func leave(greeted: Bool) {
        inside -= 1
        guard greeted else { return }
        hasGreeted = true
        width = min(ceiling, width + 1 / width)
    }

    /// A connection was dropped for the `time`th time; how long to stay away, nil where it is no use to come again.
    ///
    /// `chance`: 0 ..< 1, for the jitter.
    mutating func dropped(time: Int, at now: Moment, chance: Double) -> Duration? {
        inside -= 1
        guard hasGreeted || time < Self.patience else { return nil }
        if narrowedAt.map({ now - $0 > .milliseconds(200) }) ?? true {
            ceiling = max(2, width - 1)
            width = max(1, width / 2)
            narrowedAt = now
        }
        let longest = min(3.0, 0.1 * Double(1 << min(time, 5)))
        return .milliseconds(Int(1000 * longest * (0.5 + chance / 2)))
    }
}
