import Vocabulary

extension Deployer {
    /// What a script says to the end; throws where it fails or says nothing.
    func ask(
        _ script: HostScript, on host: any Host, input: [UInt8] = [], deadline: Duration = Deployer.scriptDeadline
    ) async throws(DeploymentError) -> [ScriptReader.Saying] {
        let result = try await host.execute(script.command, input: input, deadline: deadline)
        var reader = ScriptReader(script)
        let sayings = reader.feed(result.stdout)
        reader.feedNoise(result.stderr)
        if let failure = sayings.first(where: { $0.verb == "fail" }) {
            throw .refused(host: host.name, .init(saying: failure.rest))
        }
        guard sayings.last?.verb == "done" else {
            if sayings.isEmpty { throw .noAnswer(host: host.name, output: reader.noiseText) }
            throw .unreachable(
                host: host.name, what: "cannot finish a script there", why: "it broke off (\(result.exit)): \(reader.noiseText)",
                fix: "try again")
        }
        return sayings
    }

    /// Whether the agent's own process exists (a zombie does not), and what its supervisor wrote of its end.
    package func check(_ agent: DeployedAgent, on host: any Host) async throws(DeploymentError) -> AgentCheck {
        let sayings = try await ask(.check(run: agent.run, agent: agent.agent), on: host)
        return AgentCheck(
            isAlive: sayings.contains { $0.verb == "alive" && $0.rest == "yes" },
            ending: sayings.first { $0.verb == "ended" }?.rest)
    }

    package func isAlive(_ agent: DeployedAgent, on host: any Host) async throws(DeploymentError) -> Bool {
        try await check(agent, on: host).isAlive
    }

    /// Ends the agent with everything that it started, and looks until nothing is left: after `grace` (whole seconds, rounded up)
    /// it is killed. At most `grace` + 10 s on the host. It never throws: what is not seen is not proven.
    package func withdraw(_ agent: DeployedAgent, on host: any Host, grace: Duration = .seconds(4)) async -> Withdrawal {
        let bound = 5
        let seconds = Int(grace.inSeconds.rounded(.up))
        let script = HostScript.withdraw(run: agent.run, agent: agent.agent, grace: seconds, bound: bound)
        do throws(DeploymentError) {
            let sayings = try await ask(script, on: host, deadline: .seconds(seconds + bound) + Self.scriptDeadline)
            if let gone = sayings.first(where: { $0.verb == "gone" }), let how = Withdrawal.How(rawValue: gone.rest) {
                return .seenGone(how)
            }
            let left = sayings.first { $0.verb == "left" }?.rest ?? ""
            return .notProven(why: "\(host.name): these processes outlive SIGKILL: \(left)")
        } catch {
            return .notProven(why: "\(error)")
        }
    }

    /// Removes the run directory; refused while anything of the agent lives. The cache stays. Once is as good as twice.
    package func remove(_ agent: DeployedAgent, on host: any Host) async throws(DeploymentError) {
        _ = try await ask(.remove(run: agent.run, agent: agent.agent), on: host)
    }

    /// Every run directory on the host, with what lives of it.
    package func leftovers(on host: any Host) async throws(DeploymentError) -> [Leftover] {
        try await ask(.leftovers(), on: host).filter { $0.verb == "left" }.compactMap { Leftover(saying: $0.rest) }
    }

    /// The last `lines` lines of the log of every agent whose run directory is on the host.
    package func logs(on host: any Host, lines: Int) async throws(DeploymentError) -> [AgentLog] {
        var logs: [AgentLog] = []
        for saying in try await ask(.logs(lines: lines), on: host) where saying.verb == "line" { logs.hear(saying) }
        return logs
    }

    /// Removes the run directories of which nothing lives; with `force` ends the others first, sees them gone and removes them too; with
    /// `cache` the agents' cache, unless an agent was left alive.
    package func clean(on host: any Host, cache: Bool = false, force: Bool = false) async throws(DeploymentError) -> CleanReport {
        let script = HostScript.clean(cache: cache, force: force, grace: 4, bound: 5)
        var report = CleanReport()
        for saying in try await ask(script, on: host, deadline: .seconds(300)) { report.hear(saying) }
        return report
    }
}

/// The end of what an agent has written to its log.
package struct AgentLog: Sendable, Equatable {
    package var run: RunID
    package var agent: AgentID
    package var lines: [String]
}

extension [AgentLog] {
    /// From `RUN AGENT LINE`; what is none of ours is passed over.
    fileprivate mutating func hear(_ saying: ScriptReader.Saying) {
        let words = saying.rest.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, let run = RunID(words[0]), let agent = AgentID(words[1]) else { return }
        if last?.run != run || last?.agent != agent { append(AgentLog(run: run, agent: agent, lines: [])) }
        self[count - 1].lines.append(words[2])
    }
}

extension Leftover {
    /// From `RUN AGENT STATE PID|- AGE_S KIB DIRECTORY`; nil for what is none of ours.
    init?(saying rest: String) {
        let words = rest.split(separator: " ", maxSplits: 6).map(String.init)
        guard words.count == 7, let run = RunID(words[0]), let agent = AgentID(words[1]), let age = Int64(words[4]),
            let size = Int64(words[5])
        else { return nil }
        self.init(
            run: run, agent: agent, directory: words[6], isAlive: words[2] != "dead", pid: Int32(words[3]), age: .seconds(age),
            size: .kibibytes(size))
    }
}

extension CleanReport {
    mutating func hear(_ saying: ScriptReader.Saying) {
        let words = saying.rest.split(separator: " ", maxSplits: 2).map(String.init)
        let entry = words.count >= 2 ? Entry(run: words[0], agent: words[1]) : nil
        switch (saying.verb, entry) {
        case ("removed", let entry?): removed.append(entry)
        case ("ended", let entry?): ended.append(entry)
        case ("kept", let entry?): keptAlive.append(entry)
        case ("cache", _): cacheRemoved = true
        case ("failed", _): failed.append(saying.rest)
        default: break
        }
    }
}

extension CleanReport.Entry {
    fileprivate init?(run: String, agent: String) {
        guard let run = RunID(run), let agent = AgentID(agent) else { return nil }
        self.init(run: run, agent: agent)
    }
}
