import Glibc
import Vocabulary

extension Deployer {
    /// A descriptor connected to the agent's socket, which the caller closes: by the host's own forwarding of unix sockets, else, where that
    /// is forbidden or impossible, through `muster-agent relay` run there. Tried again while a young agent has not opened its socket yet.
    package func openLink(
        _ agent: DeployedAgent, on host: any Host, deadline: Duration = .seconds(10)
    ) async throws(DeploymentError) -> Int32 {
        let end = ContinuousClock.now + deadline
        var pause = Duration.milliseconds(20)
        while true {
            let refusal: DeploymentError
            do throws(DeploymentError) {
                return try await connect(agent, host, until: max(end, ContinuousClock.now + .seconds(1)))
            } catch {
                refusal = error
            }
            guard ContinuousClock.now + pause < end, !Task.isCancelled else { throw refusal }
            let seen = try await check(agent, on: host)
            if let ending = seen.ending {
                throw .refused(host: host.name, .init(.start, detail: "it has ended: \(ending)"))
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private func connect(
        _ agent: DeployedAgent, _ host: any Host, until end: ContinuousClock.Instant
    ) async throws(DeploymentError) -> Int32 {
        if let descriptor = try? await host.openUnixSocket(agent.socketPath) { return descriptor }
        let script = HostScript.agentVerb("relay", run: agent.run, agent: agent.agent, bundle: agent.sha256)
        let descriptor = try await host.bridge(script.command)
        do {
            try await onThread { try skipPreamble(of: script, on: descriptor, until: end) }
            return descriptor
        } catch {
            close(descriptor)
            throw .unreachable(
                host: host.name, what: "cannot reach the agent", why: "\(error)", fix: "look into \(agent.directory)/agent.log there")
        }
    }

    /// Streams what the agent left: standard output of `muster-agent pack` on the host, which reads `input`, run to its end.
    package func collectRemains(
        _ agent: DeployedAgent, on host: any Host, input: [UInt8] = [], onBytes: ([UInt8]) async throws -> Void
    ) async throws {
        let script = HostScript.agentVerb("pack", run: agent.run, agent: agent.agent, bundle: agent.sha256)
        let process = try await host.start(script.command)
        var preamble = Preamble(script)
        do {
            if !input.isEmpty { try await process.write(input) }
            try await process.closeInput()
            while let bytes = try await process.read() {
                let fresh = preamble.strip(bytes)
                if !fresh.isEmpty { try await onBytes(fresh) }
            }
        } catch {
            await process.cancel()
            throw error
        }
        let exit = try await process.waitForExit()
        let complaints = await process.errorOutput.suffix(ScriptReader.keptNoise)
        guard preamble.hasBegun, exit == .code(0) else {
            throw DeploymentError.unreachable(
                host: host.name, what: "cannot collect what the agent left",
                why: "\(exit): \(preamble.refusal ?? String(decoding: complaints, as: UTF8.self))",
                fix: "what is there stays in \(agent.directory); muster hosts ps shows it")
        }
    }
}

/// What stands before the agent's own bytes on a script's standard output: noise of the login shell, then the line `begin`.
struct Preamble: Sendable {
    private let marker: [UInt8]
    private var line: [UInt8] = []
    private(set) var hasBegun = false
    /// What the script said instead of beginning.
    private(set) var refusal: String?

    init(_ script: HostScript) { marker = Array(script.marker.utf8) }

    /// The part of `bytes` that is the agent's.
    mutating func strip(_ bytes: [UInt8]) -> [UInt8] {
        if hasBegun { return bytes }
        for (index, byte) in bytes.enumerated() {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < ScriptReader.longestLine { line.append(byte) }
                continue
            }
            if let start = line.firstRange(of: marker)?.upperBound {
                let said = String(decoding: line[start...], as: UTF8.self)
                if said == "begin" {
                    hasBegun = true
                    return Array(bytes[(index + 1)...])
                }
                refusal = said
            }
            line.removeAll(keepingCapacity: true)
        }
        return []
    }
}

/// Reads up to the end of the line `begin`, a byte at a time so that nothing behind it is taken. Blocks.
private func skipPreamble(of script: HostScript, on descriptor: Int32, until end: ContinuousClock.Instant) throws {
    var preamble = Preamble(script)
    while !preamble.hasBegun {
        let left = Int32(clamping: (end - ContinuousClock.now).wholeNanoseconds / 1_000_000)
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard left > 0, poll(&entry, 1, left) > 0 else { throw NoRelay(why: "no answer from the relay") }
        var byte: UInt8 = 0
        switch read(descriptor, &byte, 1) {
        case 1: _ = preamble.strip([byte])
        case 0: throw NoRelay(why: preamble.refusal ?? "the relay ended at once")
        default: if errno != EAGAIN, errno != EINTR { throw NoRelay(why: String(cString: strerror(errno))) }
        }
    }
}

private struct NoRelay: Error, CustomStringConvertible {
    let why: String
    var description: String { why }
}
