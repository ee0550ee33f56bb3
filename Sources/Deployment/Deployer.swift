import FoundationEssentials
import Plans
import Vocabulary

/// Brings agents to hosts, asks after them there, and takes them off again.
///
/// Each verb is one command on the host: a small shell script that needs neither root nor anything installed.
package struct Deployer: Sendable {
    /// What is deployed; nil: hosts are only looked at and cleaned.
    package let bundle: AgentBundle?
    /// Hosts that hand the agent on to others; nil: every host is sent it from here.
    package var neighbours: (any Neighbourhood)?

    /// How long a host may take for the small scripts: they search /proc and change a few files.
    static let scriptDeadline = Duration.seconds(30)

    package init(bundle: AgentBundle?) { self.bundle = bundle }

    /// Puts the agent there, unless the host has it, and starts it under its lease.
    ///
    /// Where it throws, the host has removed what it had made of it, or, where the connection broke, will have it ended by the lease.
    /// Settings travel through standard input into a file of mode 0600.
    /// `container` nil: it is a process of the host. `packages` are unpacked into `files` of its run directory.
    package func deploy(
        _ settings: LaunchSettings, bringing packages: [FilePackage] = [], in container: ContainerLaunch? = nil, on host: any Host,
        deadline: Duration
    ) async throws(DeploymentError) -> DeployedAgent {
        guard let neighbours else { return try await launch(settings, packages, container, host, deadline) }
        await neighbours.begins(settings.agent)
        do throws(DeploymentError) {
            let agent = try await launch(settings, packages, container, host, deadline)
            await neighbours.launched(agent, on: host)
            return agent
        } catch {
            await neighbours.gaveUp(settings.agent)
            throw error
        }
    }

    private func launch(
        _ settings: LaunchSettings, _ packages: [FilePackage], _ container: ContainerLaunch?, _ host: any Host, _ deadline: Duration
    ) async throws(DeploymentError) -> DeployedAgent {
        guard let bundle else { throw .agentNotFound(searched: ["nothing: none was asked for"]) }
        let document = Self.document(of: settings)
        var launch = HostScript.Launch(
            run: settings.run, agent: settings.agent, sha256: bundle.sha256, size: bundle.size, architecture: bundle.architecture,
            settingsSize: document.count)
        launch.packages = packages
        launch.hasNeighbours = neighbours != nil
        let blocks = if let container { try await Self.blocks(of: container, bundle) } else { nil as Blocks? }
        launch.container = blocks?.sizes
        let script = HostScript.launch(launch)
        let sending = LaunchSending(
            bundle: bundle, packages: packages, opening: document + (blocks?.bytes ?? []),
            neighbours: neighbours)
        let process = try await host.start(script.command)
        return try await within(deadline, host: host.name, what: "cannot start the agent there", ending: process) {
            () async throws(DeploymentError) -> DeployedAgent in
            try await self.converse(script, sending, bundle, settings, process, host.name)
        }
    }

    private func converse(
        _ script: HostScript, _ sending: LaunchSending, _ bundle: AgentBundle, _ settings: LaunchSettings, _ process: any HostProcess,
        _ host: HostName
    ) async throws(DeploymentError) -> DeployedAgent {
        var conversation = LaunchConversation()
        var reader = ScriptReader(script)
        var handing = Handing(neighbours: neighbours, agent: settings.agent, bundle: bundle)
        var sent = await sending.open(process)
        while let bytes = try await process.read() {
            for saying in reader.feed(bytes) {
                switch conversation.hear(saying) {
                case .listen: break
                case .send(let item, let offset): sent += try await sending.send(item, from: offset, to: process)
                case .findNeighbour: try await process.write(handing.answer())
                case .handedOn(let failure): await handing.end(failure)
                }
            }
        }
        try? await process.closeInput()
        reader.feedNoise(await process.errorOutput)
        let exit = try await process.waitForExit()
        let (directory, pid) = try conversation.outcome(host: host, noise: reader.noiseText, exit: exit)
        var agent = DeployedAgent(
            run: settings.run, agent: settings.agent, directory: directory, pid: pid, sha256: bundle.sha256,
            wasCached: conversation.wasCached, bytesSent: ByteCount(Int64(sent)), facts: conversation.facts)
        agent.warnings = conversation.warnings + handing.warnings
        agent.fedBy = handing.source
        return agent
    }

    /// What follows the settings on standard input.
    private typealias Blocks = (sizes: HostScript.Launch.Blocks, bytes: [UInt8])

    private static func blocks(of container: ContainerLaunch, _ bundle: AgentBundle) async throws(DeploymentError) -> Blocks {
        let document = container.document(bundle: bundle.sha256)
        let image = container.isPushed ? try await bundle.image() : nil
        let frame = gzip((image?.head ?? []) + (image?.tail(naming: container.image(bundle: bundle.sha256)) ?? []))
        return (.init(documentSize: document.count, frameSize: frame.count, headSize: image?.head.count ?? 0), document + frame)
    }

    private static func document(of settings: LaunchSettings) -> [UInt8] {
        guard let document = try? JSONEncoder().encode(settings) else {
            preconditionFailure("launch settings consist of texts and numbers, which JSON can hold")
        }
        return [UInt8](document)
    }
}
