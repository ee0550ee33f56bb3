import Vocabulary

/// What a host has of what a run needs.
package struct HostEquipment: Sendable, Equatable {
    package struct Runtime: Sendable, Equatable {
        package var name: String
        /// Its own words where it does not work.
        package var problem: String?
    }

    package enum Privilege: String, Sendable { case root, sudo = "yes", none = "no" }

    /// `uname -m`.
    package var architecture = ""
    /// `uname -sr`.
    package var kernel = ""
    package var home = ""
    package var shell = ""
    /// Of the file system that holds the home directory.
    package var freeSpace: ByteCount?
    /// The host's clock minus ours, and by how much that may be wrong.
    package var clockOffset: (value: Duration, bound: Duration)?
    /// docker and podman, as far as they are there.
    package var runtimes: [Runtime] = []
    package var privilege = Privilege.none
    /// Open files that a process may have; nil: without a limit.
    package var openFiles: Int?
    /// Programs that our scripts need and the host lacks.
    package var missingTools: [String] = []
    /// Why nothing can be written, or run, in the home directory.
    package var homeProblem: String?
    package var hasSystemd = false

    package init() {}

    package static func == (a: HostEquipment, b: HostEquipment) -> Bool { "\(a)" == "\(b)" }
}

extension Deployer {
    /// Looks at what a run would need. The host's clock is compared with ours over one round trip.
    package func facts(of host: any Host) async throws(DeploymentError) -> HostEquipment {
        let before = SystemClock.utcNanoseconds
        let sayings = try await ask(.facts(), on: host)
        let after = SystemClock.utcNanoseconds
        var facts = HostEquipment()
        for saying in sayings { facts.hear(saying, between: before, and: after) }
        return facts
    }

    /// Lets the key in: one line in `~/.ssh/authorized_keys`; true where it was not there before.
    package func addKey(line: String, encodedKey: String, on host: any Host) async throws(DeploymentError) -> Bool {
        try await ask(.addKey(encodedKey), on: host, input: Array("\(line)\n".utf8)).contains { $0.verb == "key" && $0.rest == "added" }
    }

    /// Lets the key in no more; true where it was there.
    package func removeKey(encodedKey: String, on host: any Host) async throws(DeploymentError) -> Bool {
        try await ask(.removeKey(encodedKey), on: host).contains { $0.verb == "key" && $0.rest == "removed" }
    }
}

extension HostEquipment {
    fileprivate mutating func hear(_ saying: ScriptReader.Saying, between before: Int64, and after: Int64) {
        switch saying.verb {
        case "arch": architecture = saying.rest
        case "kernel": kernel = saying.rest
        case "home": home = saying.rest
        case "shell": shell = saying.rest
        case "free": freeSpace = Int64(saying.rest).map(ByteCount.kibibytes)
        case "clock": clockOffset = Self.offset(saying.rest, before, after)
        case "files": openFiles = Int(saying.rest)
        case "tools": missingTools = saying.rest.split(separator: " ").map(String.init)
        case "sudo": privilege = Privilege(rawValue: saying.rest) ?? .none
        case "scopes": hasSystemd = true
        case "noexec": homeProblem = "nothing can be run in the home directory: \(saying.rest)"
        case "readonly": homeProblem = "nothing can be written in the home directory: \(saying.rest)"
        case "runtime":
            let words = saying.rest.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2 else { return }
            runtimes.append(Runtime(name: words[0], problem: words[1] == "works" ? nil : words[1]))
        default: break
        }
    }

    /// From `SECONDS.NANOSECONDS`; a `date` that knows whole seconds only is right to a second.
    private static func offset(_ text: String, _ before: Int64, _ after: Int64) -> (Duration, Duration)? {
        let parts = text.split(separator: ".")
        guard let seconds = parts.first.flatMap({ Int64($0) }) else { return nil }
        let fraction = parts.count > 1 && parts[1].count == 9 ? Int64(parts[1]) : nil
        let theirs = seconds * 1_000_000_000 + (fraction ?? 500_000_000)
        let ours = before + (after - before) / 2
        return (.nanoseconds(theirs - ours), .nanoseconds((after - before) / 2 + (fraction == nil ? 500_000_000 : 0)))
    }
}
