import Coordination
import Link
import Vocabulary

/// An agent's process in the pretend world: the real machine and conversation, a pretend load and clock.
final class PretendAgent {
    /// A load while it runs: `endsAt` nil for one that stalls.
    struct Load {
        var stage: StageOrder
        var epoch: UInt32
        var began: Moment?
        var endsAt: Moment?
        var outcome: StageOutcome
        var isEnding = false
        /// Operations done in it that have been reported.
        var reported: UInt64 = 0
    }

    let id: AgentID
    let index: Int
    var machine: AgentMachine
    var conversation = Conversation<Message>()
    /// Its process exists.
    var isAlive = false
    var hasSaidReady = false
    var pausedUntil = Moment.zero
    var load: Load?
    /// Operations an epoch, once its load has ended.
    var done: [UInt32: UInt64] = [:]
    /// Counts processes: what was planned for an earlier one does not happen to the present one.
    var incarnation = 0
    /// The newest controller that it has heard of.
    var controller = 1
    /// It has been greeted by any.
    var isGreeted = false
    var wake = 0
    let clockOffset: Int64
    let driftPartsPerMillion: Int64

    static let forEver = Moment(nanoseconds: .max)

    init(id: AgentID, index: Int, machine: AgentMachine, clockOffset: Int64, drift: Int64) {
        self.id = id
        self.index = index
        self.machine = machine
        self.clockOffset = clockOffset
        driftPartsPerMillion = drift
    }

    var isPausedForEver: Bool { pausedUntil == Self.forEver }

    /// The world's moment on this agent's clock.
    func local(_ now: Moment) -> Moment {
        Moment(nanoseconds: now.nanoseconds + now.nanoseconds / 1_000_000 * driftPartsPerMillion + clockOffset)
    }

    /// The first moment of the world at which this agent's clock shows `moment` or more.
    func world(_ moment: Moment) -> Moment {
        let guess = (moment.nanoseconds - clockOffset) / (1_000_000 + driftPartsPerMillion) * 1_000_000
        var found = Moment(nanoseconds: max(0, guess - 2_000_000))
        while local(found) < moment { found = Moment(nanoseconds: found.nanoseconds + 500_000) }
        return found
    }

    /// Operations of the present load so far: a thousand a second.
    func operations(at now: Moment) -> UInt64 {
        guard let load, let began = load.began, load.endsAt != nil else { return 0 }
        let until = min(now, load.endsAt ?? now)
        return UInt64(max(0, until.nanoseconds - began.nanoseconds) / 1_000_000)
    }
}
