import Vocabulary

/// A machine on which commands can be run: this one, or one behind SSH.
///
/// Commands are read by the login shell of the account, whatever that is: give it the command line of a `HostScript`.
/// Nothing here blocks Swift's shared pool; every call ends when its task is cancelled or the connection is gone.
package protocol Host: Sendable {
    /// As the playbook calls it, for messages.
    var name: HostName { get }

    /// Runs a command to its end; standard input is `input`, then its end. A command that outlives the deadline is ended and throws.
    func execute(_ command: String, input: [UInt8], deadline: Duration) async throws(DeploymentError) -> CommandResult

    /// Starts a command to talk to.
    func start(_ command: String) async throws(DeploymentError) -> any HostProcess

    /// A descriptor connected to the unix socket at an absolute path on the host; the caller closes it.
    func openUnixSocket(_ path: String) async throws(DeploymentError) -> Int32

    /// A descriptor connected to standard input and output of a command on the host; the caller closes it, which ends the command's input.
    func bridge(_ command: String) async throws(DeploymentError) -> Int32

    /// The address of this machine that the host sees; nil where that is unknown. What agents dial with `return_channel: direct`.
    var localAddress: String? { get async }

    /// Whether commands can still be run; false once the connection is known to be gone, so that the caller connects anew.
    var isOpen: Bool { get async }

    /// Gives up the connection; what runs in it is ended.
    func close() async
}

/// A command on a host while it runs. One task may write while another reads.
package protocol HostProcess: Sendable {
    /// Writes all of `bytes`; throws where the command no longer reads.
    func write(_ bytes: [UInt8]) async throws(DeploymentError)
    /// Ends the command's standard input.
    func closeInput() async throws(DeploymentError)
    /// The next piece of standard output, nil after the last. One caller at a time.
    func read() async throws(DeploymentError) -> [UInt8]?
    /// The end of what it has written to standard error so far.
    var errorOutput: [UInt8] { get async }
    /// How it ended; to be called once its output has been read to the end.
    func waitForExit() async throws(DeploymentError) -> CommandExit
    /// Ends the command, as far as the host lets us.
    func cancel() async
}

/// How a command ended.
package enum CommandExit: Sendable, Equatable, CustomStringConvertible {
    case code(Int)
    /// The signal's name or number as the host gives it.
    case signal(String)

    package var description: String {
        switch self {
        case .code(let code): "exit \(code)"
        case .signal(let name): "signal \(name)"
        }
    }
}

/// What a command printed and how it ended.
package struct CommandResult: Sendable, Equatable {
    package var stdout: [UInt8]
    package var stderr: [UInt8]
    package var exit: CommandExit

    package init(stdout: [UInt8], stderr: [UInt8], exit: CommandExit) {
        self.stdout = stdout
        self.stderr = stderr
        self.exit = exit
    }
}
