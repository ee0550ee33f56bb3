import Coordination
import Vocabulary

/// What goes wrong when the scenario says so.
extension World {
    func strike(_ fault: Scenario.Fault) {
        switch fault {
        case .kill(let agent): die(agent)
        case .restart(let agent):
            guard agents[agent].isAlive else { return }
            agents[agent].isAlive = false
            agents[agent].load = nil
            ways[agent].isConnected = false
            start(agent)
        case .pause(let agent, let length):
            agents[agent].pausedUntil = max(agents[agent].pausedUntil, length.map { now + $0 } ?? PretendAgent.forEver)
        case .cut(let agent, let length):
            ways[agent].isCut = true
            if ways[agent].isConnected { goesDown(agent) }
            if let length { after(length, .healed(agent: agent)) }
        case .interrupt: give(.interrupted(why: "Ctrl-C"))
        case .interruptAgain: give(.interruptedAgain)
        case .killController:
            guard isControllerAlive else { return }
            see(.controllerKilled)
            controllerEnds()
        case .attach: attach()
        }
    }
}
