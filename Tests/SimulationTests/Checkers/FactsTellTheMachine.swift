import Vocabulary

@testable import Coordination

/// A machine that is folded out of the facts alone is at every moment the machine that told them: another controller can go on with it.
struct FactsTellTheMachine: Checker {
    private var folded: RunMachine

    init(_ scenario: Scenario) { folded = RunMachine(rules: scenario.rules, agents: scenario.agents, now: .zero) }

    mutating func see(_ sighting: Sighting, at now: Moment, in world: World) -> String? {
        switch sighting {
        case .decided(.note(let fact)): folded.recall(fact, at: now)
        case .attached: folded.forgetErrands()
        case .phase: return difference(world.machine)
        default: break
        }
        return nil
    }

    private func difference(_ machine: RunMachine) -> String? {
        for (told, real) in zip(folded.members, machine.members) where Memory(told) != Memory(real) {
            return "the facts tell \(Memory(told)), it is \(Memory(real))"
        }
        for (told, real) in zip(folded.stages, machine.stages) where StageMemory(told) != StageMemory(real) {
            return "the facts tell \(StageMemory(told)), it is \(StageMemory(real))"
        }
        let (told, real) = (RunMemory(folded), RunMemory(machine))
        return told == real ? nil : "the facts tell \(told), it is \(real)"
    }
}

/// What has to be remembered of an agent.
private struct Memory: Equatable {
    let id: AgentID
    let standing: Member.Standing
    let wanted: Member.Wanted
    let seen: Member.Seen
    let flags: [Bool]
    let done: Set<Int>
    let errands: [Member.Errand]
    let assignment: Member.Assignment?

    init(_ member: Member) {
        id = member.id
        standing = member.standing
        wanted = member.wanted
        seen = member.seen
        flags = [member.straggles, member.waitsToRejoin, member.owesStop, member.mayRun]
        done = member.done
        errands = [member.collection, member.withdrawal]
        assignment = member.assignment
    }
}

private struct StageMemory: Equatable {
    let epoch: UInt32?
    let participants: [AgentID]
    let places: [AgentID: Barrier.Place]
    let flags: [Bool]

    init(_ stage: RunMachine.StageState) {
        epoch = stage.epoch
        participants = stage.participants
        // What a barrier that has opened or broken still holds is nobody's business any more.
        places = stage.isSettled ? [:] : stage.barrier?.places ?? [:]
        flags = [stage.isSettled, stage.hasFailures]
    }
}

private struct RunMemory: Equatable {
    let phase: RunPhase
    let activity: String
    let reasons: [String?]
    let numbers: [UInt32]

    init(_ machine: RunMachine) {
        phase = machine.phase
        activity = String("\(machine.activity)".prefix { $0 != "(" })
        reasons = [machine.breakReason, machine.preparationFailure.map { "\($0)" }, machine.interruption]
        numbers = [UInt32(machine.interruptions), machine.lastEpoch, machine.brokeAtEpoch ?? 0]
    }
}
