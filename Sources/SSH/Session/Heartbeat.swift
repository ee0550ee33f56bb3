import Vocabulary

/// When a silent host is asked whether it is there, and when it is taken for gone.
///
/// A host is gone when `unansweredKeepalives` intervals have passed since it was last heard and it was asked in each but the
/// last. Counting the questions and not the time alone keeps a controller that was itself suspended from giving everybody up.
struct Heartbeat {
    enum Beat: Equatable {
        case none
        case ask
        case dead(Duration)
    }

    private let interval: Duration
    private var heardAt: Moment
    private var askedAt: Moment
    private var unanswered = 0

    init(interval: Duration, now: Moment) {
        self.interval = interval
        heardAt = now
        askedAt = now
    }

    /// When to beat again.
    var next: Moment { max(heardAt, askedAt) + interval }

    mutating func heard(_ now: Moment) {
        heardAt = now
        unanswered = 0
    }

    mutating func asked(_ now: Moment) {
        askedAt = now
        unanswered += 1
    }

    func beat(_ now: Moment) -> Beat {
        guard now >= next else { return .none }
        return unanswered + 1 >= SSHTarget.unansweredKeepalives ? .dead(now - heardAt) : .ask
    }
}
