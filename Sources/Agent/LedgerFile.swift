import FoundationEssentials
import Glibc
import Plans
import Vocabulary
import Workloads

/// What this agent's PUTs and MKDIRs made, on the agent's own disk: written while it makes it, so that it is known also when the agent
/// dies. It never lies on the storage under test (law 8), and comes home with the results as `ledger.json`.
struct LedgerFile {
    static let name = "ledger.json"
    /// From one writing to the next while a stage runs.
    static let interval = Duration.seconds(5)

    private let path: String
    private let homePath: String
    private var written: PutLedger?
    private var due = Moment.zero

    /// `directory`: the playbook's `kv_cache_dir`; nil: beside the results.
    init(run: RunID, agent: AgentID, directory: String?, resultsPath: String) throws {
        homePath = "\(resultsPath)/\(Self.name)"
        guard let directory else {
            path = homePath
            return
        }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        path = "\(directory)/muster-ledger-\(run)-\(agent).json"
    }

    /// Writes the ledger down, at most once an interval unless it is `final`; throws where the disk does not take it.
    mutating func keep(_ ledger: PutLedger, at now: Moment, final: Bool = false) throws {
        guard ledger != written, final || now >= due else { return }
        due = now + Self.interval
        try JSONEncoder().encode(ledger).write(to: URL(filePath: path), options: .atomic)
        written = ledger
    }

    /// Puts it among the results, to be sent home.
    func bringHome() throws {
        guard path != homePath, written != nil else { return }
        try Data(contentsOf: URL(filePath: path)).write(to: URL(filePath: homePath))
    }

    /// Takes it off the agent's disk; what lies beside the results goes with them.
    func remove() {
        if path != homePath { unlink(path) }
    }
}
