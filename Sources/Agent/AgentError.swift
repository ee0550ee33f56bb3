/// Why an agent cannot do its work at all.
package enum AgentError: Error, Sendable, Equatable, CustomStringConvertible {
    case cannotWrite(path: String, why: String)
    /// The settings in a run directory cannot be read.
    case settings(path: String, why: String)
    /// The address to listen on, or the secret, is unusable.
    case listen(why: String, fix: String)

    package var description: String {
        switch self {
        case .cannotWrite(let path, let why): "cannot write \(path): \(why)\n  fix: make room, or look at the folder's owner and mode"
        case .settings(let path, let why):
            "cannot read the settings in \(path): \(why)\n  fix: let muster start the agent, or use muster-agent --listen"
        case .listen(let why, let fix): "cannot listen: \(why)\n  fix: \(fix)"
        }
    }
}
