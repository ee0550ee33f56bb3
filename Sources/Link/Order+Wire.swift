import FoundationEssentials
import Plans
import SwiftProtobuf
import Vocabulary

extension Order: LinkMessage {
    /// Questions for the clock, or answers, that may wait together: on a busy host several go one way at once, and each is an exchange.
    static let clockLimit = 4

    package var retention: Retention {
        switch self {
        case .ping: .newest(slot: 0, limit: Self.clockLimit)
        case .query: .newest(slot: 1, limit: 1)
        case .assign, .begin, .finish, .stop, .collect, .leave: .untilAcknowledged
        }
    }

    package func encoded() throws(LinkError) -> [UInt8] {
        var wire = WireOrder()
        switch self {
        case .assign(let plan, let agentCount, let rules): wire.assign = try Self.wire(plan, agentCount, rules)
        case .ping(let id, let sentAt):
            wire.ping = .with {
                $0.id = id
                $0.sentAtNs = sentAt.nanoseconds
            }
        case .query(let id): wire.query = .with { $0.id = id }
        case .begin(let stage, let epoch, let at): wire.begin = Self.wire(stage, epoch, at)
        case .finish(let stage, let epoch, let at): wire.finish = Self.wire(stage, epoch, at)
        case .stop(let why): wire.stop = .with { $0.why = why }
        case .collect(let pass, let held):
            wire.collect = .with {
                $0.pass = pass
                $0.held = held.map(\.wire)
            }
        case .leave(let discard): wire.leave = .with { $0.discard = discard }
        }
        return try encodeWire(wire)
    }

    package init(encoded bytes: [UInt8]) throws(LinkError) {
        switch try decodeWire(WireOrder.self, bytes, "no order").content {
        case .assign(let assign): self = try Self.assign(assign)
        case .ping(let ping): self = .ping(id: ping.id, sentAt: Moment(nanoseconds: ping.sentAtNs))
        case .query(let query): self = .query(id: query.id)
        case .begin(let begin): self = .begin(StageOrder(Int(begin.stage)), epoch: begin.epoch, at: begin.at)
        case .finish(let finish): self = .finish(StageOrder(Int(finish.stage)), epoch: finish.epoch, at: finish.at)
        case .stop(let stop): self = .stop(why: stop.why)
        case .collect(let collect):
            self = .collect(pass: collect.pass, held: try collect.held.map { wire throws(LinkError) in try HeldFile(wire) })
        case .leave(let leave): self = .leave(discard: leave.discard)
        case nil: throw .garbage("an empty order")
        }
    }

    private static func wire(_ stage: StageOrder, _ epoch: UInt32, _ at: Moment?) -> WireBegin {
        .with {
            $0.stage = Int64(stage.number)
            $0.epoch = epoch
            if let at { $0.atNs = at.nanoseconds }
        }
    }

    private static func wire(_ plan: AgentPlan, _ agentCount: Int, _ rules: AgentRules) throws(LinkError) -> WireAssign {
        let json: Data
        do {
            json = try JSONEncoder().encode(plan)
        } catch {
            // Only a number that is none (a mean of NaN) cannot be written as JSON; a plan has none.
            preconditionFailure("a plan can always be encoded: \(error)")
        }
        return .with {
            $0.plan = json
            $0.agentCount = UInt32(clamping: agentCount)
            $0.leaseNs = rules.lease.wholeNanoseconds
            $0.heartbeatIntervalNs = rules.heartbeatInterval.wholeNanoseconds
            $0.refreshNs = rules.refresh.wholeNanoseconds
        }
    }

    private static func assign(_ wire: WireAssign) throws(LinkError) -> Order {
        guard let plan = try? JSONDecoder().decode(AgentPlan.self, from: wire.plan) else { throw .garbage("no plan") }
        guard wire.agentCount >= 1, wire.leaseNs > 0, wire.heartbeatIntervalNs > 0, wire.refreshNs > 0 else {
            throw .garbage("an assignment without agents, lease, heartbeat or refresh")
        }
        let rules = AgentRules(
            lease: .nanoseconds(wire.leaseNs), heartbeatInterval: .nanoseconds(wire.heartbeatIntervalNs),
            refresh: .nanoseconds(wire.refreshNs))
        return .assign(plan, agentCount: Int(wire.agentCount), rules: rules)
    }
}

extension WireBegin {
    fileprivate var at: Moment? { hasAtNs ? Moment(nanoseconds: atNs) : nil }
}

extension HeldFile {
    var wire: WireHeldFile {
        .with {
            $0.path = path
            $0.size = size
            $0.sha256 = Data(sha256)
        }
    }

    init(_ wire: WireHeldFile) throws(LinkError) {
        guard ResultPiece.isSafe(path: wire.path), wire.sha256.count == 32 else { throw .garbage("no part of a result file") }
        self.init(path: wire.path, size: wire.size, sha256: Array(wire.sha256))
    }
}
