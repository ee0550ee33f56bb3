import Vocabulary

/// What is known of one agent of a run: what is wanted of it and what was seen of it are kept apart.
package struct Member: Hashable, Sendable {
    /// Its place in the run.
    package enum Standing: Hashable, Sendable {
        /// Not yet ready.
        case expected
        case taking
        case notReady(problems: [String])
        case unreachable(why: String)
        case failed(why: String)
        case lost(why: String)
        case excluded(why: String)
    }

    /// What was last asked of it.
    package enum Wanted: Hashable, Sendable {
        case nothing
        case work(stage: Int, epoch: UInt32)
        case stop
        case withdrawal
    }

    /// What it, or a check, last said; written from nothing else.
    package enum Seen: Hashable, Sendable {
        case nothing
        case linked
        case ready
        case working(stage: Int, epoch: UInt32)
        case arrived(stage: Int, epoch: UInt32)
        case stopped
        case gone
    }

    /// A task of the controller's for one agent.
    package enum Errand: Hashable, Sendable {
        case none, ordered
        /// `well`: complete, or proven.
        case ended(well: Bool, note: String)
    }

    package let id: AgentID
    package internal(set) var standing = Standing.expected
    package internal(set) var wanted = Wanted.nothing
    package internal(set) var seen = Seen.nothing
    /// It works on in a stage whose barrier has opened without it.
    package internal(set) var straggles = false
    /// It has ended such a stage and waits for the next one to begin.
    package internal(set) var waitsToRejoin = false
    /// A stop was ordered and has not been acknowledged; an arrival alone is no acknowledgement.
    package internal(set) var owesStop = false
    /// Indices of stages that it went through.
    package internal(set) var done: Set<Int> = []
    package internal(set) var collection = Errand.none
    package internal(set) var withdrawal = Errand.none
    /// Something of it may be on its host.
    package internal(set) var mayRun = true
    /// The bound of what is now awaited from it: its link, its READY, or the end of its stage.
    var deadline: Moment?
    var liveness: Liveness

    init(id: AgentID, now: Moment, deadline: Moment) {
        self.id = id
        self.deadline = deadline
        liveness = Liveness(now: now)
    }

    /// The stage (as an index) and epoch it was told to work in and has not ended yet, whatever was ordered since.
    package internal(set) var assignment: Assignment?

    package struct Assignment: Hashable, Sendable {
        package var stage: Int
        package var epoch: UInt32
    }

    /// Whether something of its load may still run, as far as is known.
    var mayWork: Bool { (assignment != nil || owesStop) && isLinked }

    var isTaking: Bool { standing == .taking }
    package var isGone: Bool { seen == .gone }
    var isLost: Bool { if case .lost = standing { true } else { false } }
    var hasFailed: Bool { if case .failed = standing { true } else { false } }

    var isUnreachable: Bool { if case .unreachable = standing { true } else { false } }

    /// Whether it has said anything of itself, so that it knew a controller.
    package var hasSpoken: Bool {
        switch seen {
        case .nothing, .linked, .gone: false
        case .ready, .working, .arrived, .stopped: true
        }
    }

    /// Whether messages reach it, as far as is known.
    var isLinked: Bool { seen != .nothing && !isGone && !isLost && !isUnreachable }
}
