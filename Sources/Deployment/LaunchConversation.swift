import Vocabulary

/// What a launch script has said so far, and what it wants: a value, without time or I/O.
struct LaunchConversation: Sendable {
    enum Step: Equatable {
        /// Go on reading.
        case listen
        /// Send the item's size on a line, and its bytes from `offset` on; `agent` is the gzipped agent, others are called by their SHA-256.
        case send(item: String, offset: Int)
        /// Send who hands the agent on, on a line.
        case findNeighbour
        /// A neighbour has handed the agent on, or has not.
        case handedOn(failure: String?)
    }

    private(set) var facts = LaunchFacts()
    private(set) var directory: String?
    private(set) var pid: Int32?
    private(set) var wasCached = false
    private(set) var refusal: DeploymentError.Refusal?
    private(set) var isDone = false
    /// Something of the script's was heard at all.
    private(set) var hasBegun = false
    /// What the launch could do only in part.
    private(set) var warnings: [String] = []

    mutating func hear(_ saying: ScriptReader.Saying) -> Step {
        hasBegun = true
        switch saying.verb {
        case "arch": facts.architecture = saying.rest
        case "kernel": facts.kernel = saying.rest
        case "clock": facts.clockSeconds = Int64(saying.rest)
        case "home": facts.home = saying.rest
        case "dir": directory = saying.rest
        case "free": facts.freeSpace = Int64(saying.rest).map { .kibibytes($0) }
        case "have": if saying.rest == "agent" { wasCached = true }
        case "need":
            let words = saying.rest.split(separator: " ")
            guard words.count == 2, let offset = Int(words[1]), offset >= 0 else { break }
            return .send(item: String(words[0]), offset: offset)
        case "want": return .findNeighbour
        case "fed": return .handedOn(failure: nil)
        case "unfed": return .handedOn(failure: saying.rest)
        case "warn": warnings.append(saying.rest)
        case "pid": pid = Int32(saying.rest.prefix { $0.isNumber })
        case "fail": refusal = DeploymentError.Refusal(saying: saying.rest)
        case "done": isDone = true
        default: break
        }
        return .listen
    }

    /// What became of it, once the script has ended.
    func outcome(host: HostName, noise: String, exit: CommandExit) throws(DeploymentError) -> (directory: String, pid: Int32) {
        if let refusal { throw .refused(host: host, refusal) }
        guard hasBegun else { throw .noAnswer(host: host, output: noise) }
        guard isDone, let directory, let pid else {
            throw .refused(
                host: host, .init(.start, detail: "the launch broke off (\(exit))\(noise.isEmpty ? "" : ": \(noise)")"))
        }
        return (directory, pid)
    }
}
