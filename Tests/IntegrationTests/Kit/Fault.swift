import Foundation
import Testing

/// One thing that goes wrong in a run on five hosts, and what has to come of it.
enum Fault: String, CaseIterable, CustomTestStringConvertible {
    case agentKilled, agentStoppedFor3s, agentStoppedForEver, hostFrozen, cutFor2s, cutFor20s, cutForEver, slowAndLossy, clocksWrong
    case agentsDiskFull, laptopsDiskFull, laptopAsleep, secondController
    case cutInCollection, agentKilledInCollection
    case controllerKilledDeploying, controllerKilledInValidation, controllerKilledInPrepare, controllerKilledInLoad
    case controllerKilledAtBarrier, controllerKilledInCleanup, controllerKilledCollecting
    case stopInLoad, stopNowPreparing, stopNowInCommand, stopNowInPrepare, stopNowInLoad, stopNowInCleanup, stopNowCollecting

    /// What scripts/test tries; scripts/soak tries all (MUSTER_FAULTS=all). Names with commas between are tried, too.
    static let tried: [Fault] =
        switch ProcessInfo.processInfo.environment["MUSTER_FAULTS"] ?? "" {
        case "": [.agentStoppedForEver, .cutFor2s, .agentsDiskFull, .agentKilledInCollection]
        case "all": allCases
        case let names: names.split(separator: ",").compactMap { Fault(rawValue: String($0)) }
        }

    var testDescription: String { rawValue }

    /// Of the host on which it happens.
    static let host = 2

    static let everyAgent: Set<String> = ["h1", "h2", "h3", "h4", "h5"]

    var exitCode: Int32 {
        switch self {
        case .agentKilled, .agentStoppedForEver, .hostFrozen, .cutForEver, .agentsDiskFull, .laptopsDiskFull: 5
        case _ where isStop: 130
        default: 0
        }
    }

    var status: String {
        switch exitCode {
        case 0: "SUCCESS"
        case 5: "DEGRADED"
        default: "INTERRUPTED"
        }
    }

    /// Agents whose results are all home.
    var home: Set<String> {
        switch self {
        case .hostFrozen, .cutForEver, .agentsDiskFull: Self.everyAgent.subtracting(["h\(Self.host)"])
        case .laptopsDiskFull: []
        case _ where isStop && self != .stopInLoad: []
        default: Self.everyAgent
        }
    }

    /// Agents that were seen to be gone.
    var gone: Set<String> {
        switch self {
        case .hostFrozen, .cutForEver: Self.everyAgent.subtracting(["h\(Self.host)"])
        default: Self.everyAgent
        }
    }

    /// Whether the faulty host counts as lost.
    var loses: Bool {
        switch self {
        case .agentKilled, .agentStoppedForEver, .hostFrozen, .cutForEver: true
        default: false
        }
    }

    /// Whether a second terminal stops the run.
    var isStop: Bool { rawValue.hasPrefix("stop") }

    /// The moment at which the controller is killed, and the run taken up by another one.
    var killedAt: (kind: String, count: Int, stage: Int?)? {
        switch self {
        case .controllerKilledDeploying: ("agent_deployed", 2, nil)
        case .controllerKilledInValidation: ("stage_ordered", 1, 1)
        case .controllerKilledInPrepare: ("stage_ordered", 1, 2)
        case .controllerKilledInLoad: ("stage_began", 5, 3)
        case .controllerKilledAtBarrier: ("barrier_opened", 1, 3)
        case .controllerKilledInCleanup: ("stage_ordered", 1, 4)
        case .controllerKilledCollecting: ("collect_ordered", 1, nil)
        default: nil
        }
    }
}
