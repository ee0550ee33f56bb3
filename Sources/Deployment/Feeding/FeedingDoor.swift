import Vocabulary

/// `muster-agent feed` on a host that has the agent: it hands the agent on as long as its standard input is open.
struct FeedingDoor: Sendable {
    let neighbour: Neighbour
    private let process: any HostProcess

    private static let deadline = Duration.seconds(5)

    /// Throws where the host does not know its own address, or cannot listen there.
    init(_ agent: DeployedAgent, on host: any Host) async throws(DeploymentError) {
        let script = HostScript.feed(run: agent.run, agent: agent.agent, bundle: agent.sha256)
        let token = Self.freshToken()
        let process = try await host.start(script.command)
        self.process = process
        neighbour = try await within(Self.deadline, host: host.name, what: "cannot hand the agent on", ending: process) {
            () async throws(DeploymentError) -> Neighbour in
            try await process.write(Array("\(token.revealed)\n".utf8))
            var preamble = Preamble(script)
            var said: [UInt8] = []
            while let bytes = try await process.read() {
                said += preamble.strip(bytes)
                guard let end = said.firstIndex(of: UInt8(ascii: "\n")) else { continue }
                if let place = Self.place(String(decoding: said[..<end], as: UTF8.self)) {
                    return Neighbour(agent: agent.agent, address: place.address, port: place.port, token: token)
                }
                break
            }
            await process.cancel()
            said += await process.errorOutput
            let why = preamble.refusal ?? String(decoding: said, as: UTF8.self)
            throw .unreachable(host: host.name, what: "cannot hand the agent on", why: why, fix: "")
        }
    }

    /// Returns when it has ended.
    func waitUntilClosed() async { while (try? await process.read()) != nil {} }

    func close() async { try? await process.closeInput() }

    /// From `ADDRESS PORT`. What a host says of itself is given to others, in whose shells it must be nothing but an address.
    private static func place(_ line: String) -> (address: String, port: Int)? {
        let words = line.split(separator: " ")
        guard words.count == 2, let port = Int(words[1]), (1...65_535).contains(port) else { return nil }
        guard words[0].utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) else { return nil }
        return (String(words[0]), port)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { Character(UnicodeScalar(byte)).isHexDigit }

    private static func freshToken() -> Secret {
        Secret((0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined())
    }
}
