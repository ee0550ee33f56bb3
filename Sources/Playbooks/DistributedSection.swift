import Plans
import Vocabulary

/// `distributed`: the agents and how they act together.
struct DistributedSection {
    enum Selection: String { case random, partitioned, exclusive, weighted }
    enum ReturnChannel { case tunnel, direct, listen }

    static let mostAgents = 10_000

    let cursor: Cursor
    var agents: [AgentSection]
    var ssh: SSHSection?
    var deployment: DeploymentSection?
    /// nil: not written.
    var stages: [StageSection]?
    var barriers: BarrierSyncSection?
    var sharedFilesystem: Located<Bool>?
    var treeMode: Located<StorageSharing.TreeCreation>?
    var selection: Located<Selection>?
    /// Probability of another's objects where a selection knows one.
    var overlap = 0.3
    var pathTemplate: Located<String>?
    var environment: [String: String]
    var ledgerDirectory: String?
    var policy = RunPolicy()
    var minimumAgents: Located<MinimumAgents>?
    var returnChannel: Located<ReturnChannel>?
    var advertise: Located<String>?
    var secretFile: String?
    var insecure: Bool

    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        agents = Self.readAgents(section)
        ssh = section.take("ssh").flatMap(SSHSection.init)
        deployment = section.take("deployment").flatMap(DeploymentSection.init)
        barriers = section.take("barrier_sync").flatMap(BarrierSyncSection.init)
        stages = Self.readStages(section)
        sharedFilesystem = section.located("shared_filesystem") { $0.boolean() }
        treeMode = section.located("tree_creation_mode") { at in
            at.choice([
                "isolated": .isolated, "agent": .isolated, "coordinator": .coordinator, "controller": .controller,
                "concurrent": .concurrent,
            ])
        }
        selection = section.located("path_selection") { at in
            at.choice([
                "random": .random, "partitioned": .partitioned, "exclusive": .exclusive, "distributed": .exclusive,
                "weighted": .weighted,
            ])
        }
        if let at = section.take("partition_overlap"), let value = at.number() {
            overlap = value
            if selection?.value ?? .random == .random || selection?.value == .exclusive {
                at.warn("has no effect with path_selection: \(selection?.value.rawValue ?? "random")", fix: "leave it out")
            }
        }
        pathTemplate = section.take("path_template").flatMap(readPathTemplate)
        environment = section.take("distributed_env").map(readEnvironment) ?? [:]
        ledgerDirectory = section.take("kv_cache_dir").flatMap(readDirectory)
        returnChannel = section.located("return_channel") { $0.choice(["tunnel": .tunnel, "direct": .direct, "listen": .listen]) }
        advertise = section.located("advertise") { $0.word() }
        secretFile = section.take("secret_file")?.word()
        insecure = section.take("insecure")?.boolean() ?? false
        readPolicy(section)
        section.close()
    }

    private static func readAgents(_ section: Section) -> [AgentSection] {
        let list = section.take("agents")
        var agents: [AgentSection] = []
        for entry in list?.items() ?? [] {
            agents += AgentSection.read(entry)
            guard agents.count <= mostAgents else {
                entry.fail("more than \(mostAgents) agents", fix: "fewer hosts")
                break
            }
        }
        if !section.has("agents") {
            section.missing("agents", fix: "agents: with an `- address:` each, or leave `distributed` out for a run on this machine")
        } else if list?.items()?.isEmpty == true {
            section.place(of: "agents")?.fail("must name at least one agent")
        }
        return limited(agents, section)
    }

    /// Those that `--limit` leaves, under the names that they have in the whole file.
    private static func limited(_ agents: [AgentSection], _ section: Section) -> [AgentSection] {
        let place = section.place(of: "agents")
        guard let place, let limit = place.reading.limit, !agents.isEmpty else { return agents }
        let left = agents.enumerated().compactMap { index, agent -> AgentSection? in
            var agent = agent
            let id = agent.id ?? Located(value: AgentID(number: index + 1), at: agent.address?.at ?? agent.cursor)
            agent.id = id
            guard let address = agent.address else { return agent }
            return limit.admits([id.value.text, address.value.name]) ? agent : nil
        }
        if left.isEmpty { place.fail("`--limit \(limit.text)` leaves no agent", fix: "name agents or hosts of this list") }
        return left
    }

    private static func readStages(_ section: Section) -> [StageSection]? {
        let list = section.take("stages")
        guard section.place(of: "stages") != nil else { return nil }
        guard let list, let items = list.items(), !items.isEmpty else {
            if list == nil || list?.items()?.isEmpty == true {
                section.place(of: "stages")?.fail(
                    "must name at least one stage", fix: "leave `stages` out for validation, prepare, execute and cleanup")
            }
            return []
        }
        return items.compactMap(StageSection.init)
    }

    private mutating func readPolicy(_ section: Section) {
        if let value = section.take("start_delay")?.duration() { policy.startDelay = value }
        if let value = section.take("agent_ready_timeout")?.duration() { policy.agentReadyTimeout = value }
        if let value = section.take("grpc_keepalive_interval")?.duration() { policy.keepAliveInterval = value }
        if let value = section.take("grpc_keepalive_timeout")?.duration() { policy.keepAliveTimeout = value }
        if let at = section.take("lease"), let value = at.duration() { policy.lease = value }
        if let value: RunPolicy.OnAgentLoss = section.take("on_agent_loss")?.choice(["abort": .abort, "continue": .continue]) {
            policy.onAgentLoss = value
        }
        minimumAgents = section.located("min_agents", MinimumAgents.init)
        if let liveness = barriers?.defaults.liveness(over: LivenessPolicy()) { policy.liveness = liveness }
    }
}

/// `min_agents`: a number, or a part of all agents in percent.
enum MinimumAgents {
    case number(Int)
    case percent(Double)

    init?(_ cursor: Cursor) {
        guard let text = cursor.string() else { return nil }
        if text.hasSuffix("%") {
            guard let percent = Quantity.number(String(text.dropLast())), (0...100).contains(percent) else {
                cursor.fail("should be between 0% and 100%, not \(text)")
                return nil
            }
            self = .percent(percent)
        } else if let number = cursor.integer() {
            self = .number(number)
        } else {
            return nil
        }
    }

    func count(of agents: Int) -> Int {
        switch self {
        case .number(let number): number
        case .percent(let percent): max(1, Int((percent * Double(agents) / 100).rounded(.up)))
        }
    }
}

/// A relative folder between target and path; ends in `/` unless it is empty.
func readPathTemplate(_ cursor: Cursor) -> Located<String>? {
    guard var template = cursor.string() else { return nil }
    if template.hasPrefix("/") || template.contains("://") || template.split(separator: "/").contains("..") {
        cursor.fail("must be a folder below the target", fix: "path_template: \"agent-{id}/\"")
        return nil
    }
    if !template.isEmpty, !template.hasSuffix("/") { template += "/" }
    let rest = template.replacing("{id}", with: "").replacing("{agent}", with: "")
    if rest.contains("{") || rest.contains("}") {
        cursor.fail("knows {id}, the agent's number, and {agent}, its id; nothing else in braces")
        return nil
    }
    return Located(value: template, at: cursor)
}

/// Variables for an agent's process.
func readEnvironment(_ cursor: Cursor) -> [String: String] {
    let texts = cursor.texts() ?? [:]
    for name in texts.keys.sorted() {
        let valid = name.first?.isNumber == false && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isAlphanumeric($0) }
        if !valid { cursor.fail("`\(name)` cannot name an environment variable", fix: "letters, digits and _, no digit first") }
        if texts[name]?.utf8.contains(0) == true { cursor.fail("the value of \(name) holds a NUL") }
    }
    return texts
}

func readDirectory(_ cursor: Cursor) -> String? {
    guard let path = cursor.word() else { return nil }
    if !path.hasPrefix("/") && !path.hasPrefix("~/") { cursor.fail("must be an absolute path", fix: "/\(path)") }
    return path
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
}
