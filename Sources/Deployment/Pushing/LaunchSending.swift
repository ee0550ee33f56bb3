/// What a launch has for a host, and sends as far as the host asks for it.
struct LaunchSending: Sendable {
    /// nil: no agent is sent.
    var bundle: AgentBundle?
    let packages: [FilePackage]
    /// Settings, and for a container its blocks.
    let opening: [UInt8]
    /// Are told of each piece of the agent.
    var neighbours: (any Neighbourhood)?

    private static let piece = 1 << 18

    /// Sends what every launch begins with; returns how many bytes went out.
    func open(_ process: any HostProcess) async -> Int { await send(opening.count, process) { Array(opening[$0]) } }

    /// Sends an item's size on a line and its bytes from `offset` on; returns how many went out. What is not known is answered by nothing.
    func send(_ item: String, from offset: Int, to process: any HostProcess) async throws(DeploymentError) -> Int {
        if item == "agent", let bundle {
            let bytes = try await bundle.gzipped()
            return await answer(offset, of: bytes.count, process, telling: neighbours) { Array(bytes[$0]) }
        }
        guard let package = packages.first(where: { $0.sha256 == item }) else { return 0 }
        return await answer(offset, of: package.contents.count, process) { package.piece($0) }
    }

    /// A host that has more than there is has something else: it finds out by the checksum, and asks again from the beginning.
    private func answer(
        _ offset: Int, of size: Int, _ process: any HostProcess, telling neighbours: (any Neighbourhood)? = nil,
        _ piece: (Range<Int>) -> [UInt8]
    ) async -> Int {
        do { try await process.write(Array("\(max(size, offset))\n".utf8)) } catch { return 0 }
        return await send(max(0, size - offset), process, telling: neighbours) { piece($0.lowerBound + offset..<$0.upperBound + offset) }
    }

    /// Sends what it can: a host that stops reading has its reason, and says it on its standard output.
    private func send(
        _ count: Int, _ process: any HostProcess, telling neighbours: (any Neighbourhood)? = nil, _ piece: (Range<Int>) -> [UInt8]
    ) async -> Int {
        var sent = 0
        while sent < count {
            let end = min(sent + Self.piece, count)
            do { try await process.write(piece(sent..<end)) } catch { return sent }
            sent = end
            await neighbours?.getsOn()
        }
        return sent
    }
}
