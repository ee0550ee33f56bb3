import Deployment
import Vocabulary

/// What is known of a host as cells of a table, and what of it stands in a run's way.
struct FactCells {
    static let titles = ["ARCH", "FREE", "CLOCK", "CONTAINERS", "ROOT", "FILES"]
    /// More than this is worth a word: a run measures clocks itself, but logs of several hosts are hard to read side by side.
    private static let clockLimit = Duration.seconds(1)
    /// The agent, unpacked and while it arrives.
    private static let spaceLimit = ByteCount.kibibytes(100 << 10)
    private static let filesLimit = 1024

    private let facts: HostEquipment

    init(_ facts: HostEquipment) { self.facts = facts }

    var cells: [String] {
        let files = facts.openFiles.map { "\($0)" } ?? "unlimited"
        return [facts.architecture, facts.freeSpace.map { "\($0)" } ?? "?", clock, containers, root, files]
    }

    /// Ours is theirs minus this.
    private var clock: String {
        guard let offset = facts.clockOffset else { return "?" }
        let seconds = offset.value.inSeconds
        return "\(seconds < 0 ? "-" : "+")\(fixed(abs(seconds), decimals: 3)) s ±\(fixed(offset.bound.inSeconds, decimals: 3))"
    }

    private var containers: String {
        let working = facts.runtimes.filter { $0.problem == nil }.map(\.name)
        let broken = facts.runtimes.filter { $0.problem != nil }.map { "\($0.name) (not for this user)" }
        return facts.runtimes.isEmpty ? "none" : (working + broken).joined(separator: ", ")
    }

    private var root: String {
        switch facts.privilege {
        case .root: "is root"
        case .sudo: "sudo -n"
        case .none: "no"
        }
    }

    /// With what would mend it.
    static func remarks(on facts: HostEquipment) -> [String] {
        var remarks: [String] = []
        if let problem = facts.homeProblem { remarks.append("\(problem)\n  fix: give the account a home directory that it can use") }
        if !facts.missingTools.isEmpty {
            remarks.append("lacks \(facts.missingTools.joined(separator: ", "))\n  fix: install coreutils, grep and gzip, or busybox")
        }
        if let free = facts.freeSpace, free < spaceLimit {
            remarks.append(
                "has \(free) free in the home directory, and an agent wants \(spaceLimit)\n  fix: make room, or log in as somebody else")
        }
        if let offset = facts.clockOffset, abs(offset.value.inSeconds) > clockLimit.inSeconds + offset.bound.inSeconds {
            remarks.append("its clock is \(fixed(offset.value.inSeconds, decimals: 1)) s off\n  fix: chronyd or systemd-timesyncd there")
        }
        if let files = facts.openFiles, files < filesLimit {
            remarks.append("lets a process open \(files) files\n  fix: raise `nofile` in /etc/security/limits.conf there")
        }
        return remarks
    }
}
