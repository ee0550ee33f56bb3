import Deployment
import Glibc
import SSH
import Vocabulary

/// What this machine brings along for reaching hosts.
struct LocalExamination {
    /// Descriptors that a host of a run takes: the connection, both ends of its tunnel, and the link.
    private static let descriptorsPerHost = 5

    /// Name and finding.
    private(set) var rows: [[String]] = []
    /// What to mend, with how.
    private(set) var remarks: [String] = []

    init() {
        let library = SSHLibrary.examine()
        rows.append(["muster", Build.name])
        rows.append(["libssh2", library.version + (library.isCurrent ? "" : ", which lacks " + library.lacks.joined(separator: ", "))])
        rows.append(["ssh(1)", PersonalConfiguration.program ?? "not installed: aliases of an ssh configuration are not known"])
        rows.append(["ssh agent", Self.agent])
        for path in SSHTarget.usualKeyPaths { if let words = KeyFiles.description(path) { rows.append(["key \(path)", words]) } }
        rows.append(["known hosts", KeyFiles.knownHosts("~/.ssh/known_hosts")])
        addAgent()
        addLimits()
    }

    private mutating func addAgent() {
        do throws(DeploymentError) {
            let bundle = try AgentBundle(path: try AgentBundle.locate(given: nil))
            rows.append(["muster-agent", "\(bundle.path), \(bundle.architecture ?? "any architecture"), \(ByteCount(bundle.size))"])
        } catch {
            rows.append(["muster-agent", "not found"])
            remarks.append("\(error)")
        }
    }

    private mutating func addLimits() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let hosts = Int(clamping: limit.rlim_max) / Self.descriptorsPerHost
        rows.append(["open files", "\(limit.rlim_cur), at most \(limit.rlim_max): enough for \(hosts) hosts"])
        if hosts < 200 { remarks.append("this machine lets a process open few files\n  fix: raise `nofile` in /etc/security/limits.conf") }
    }

    private static var agent: String {
        switch KeyFiles.agentKeys {
        case nil: "none"
        case .failure(let problem)?: "does not answer: \(problem.why)"
        case .success(let names)?: names.isEmpty ? "holds no key" : "holds \(names.joined(separator: ", "))"
        }
    }
}
