import Vocabulary

extension Deployer {
    /// Brings packages into a host's cache; returns how many bytes had to be sent.
    package func push(_ packages: [FilePackage], to host: any Host, deadline: Duration) async throws(DeploymentError) -> ByteCount {
        let script = HostScript.push(packages)
        let process = try await host.start(script.command)
        return try await within(deadline, host: host.name, what: "cannot push there", ending: process) {
            () async throws(DeploymentError) -> ByteCount in
            try await Self.follow(script, LaunchSending(packages: packages, opening: []), process, host.name)
        }
    }

    private static func follow(
        _ script: HostScript, _ sending: LaunchSending, _ process: any HostProcess, _ host: HostName
    ) async throws(DeploymentError) -> ByteCount {
        var conversation = LaunchConversation()
        var reader = ScriptReader(script)
        var sent = 0
        while let bytes = try await process.read() {
            for saying in reader.feed(bytes) {
                guard case .send(let item, let offset) = conversation.hear(saying) else { continue }
                sent += try await sending.send(item, from: offset, to: process)
            }
        }
        reader.feedNoise(await process.errorOutput)
        let exit = try await process.waitForExit()
        if let refusal = conversation.refusal { throw .refused(host: host, refusal) }
        guard conversation.isDone else { throw .refused(host: host, .init(.broken, detail: "\(exit) \(reader.noiseText)")) }
        return ByteCount(Int64(sent))
    }
}
