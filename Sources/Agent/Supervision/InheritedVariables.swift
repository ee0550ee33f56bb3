import FoundationEssentials
import Plans

/// What an agent keeps of its supervisor's environment.
package enum InheritedVariables: Sendable {
    /// What programs cannot do without: a login's environment is not the run's.
    case few
    /// In a container: what its image sets is meant for the programs in it.
    case everything

    private static let fewNames: Set<String> = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR"]

    /// What is kept, what the controller sent, and whose it is.
    func environment(_ directory: RunDirectory, _ settings: LaunchSettings) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment
        if case .few = self { variables = variables.filter { Self.fewNames.contains($0.key) } }
        if variables["PATH"] == nil { variables["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
        variables.merge(settings.environment) { $1 }
        variables["MUSTER_OWNER"] = directory.owner
        variables["MUSTER_FILES"] = directory.files
        return variables
    }
}
