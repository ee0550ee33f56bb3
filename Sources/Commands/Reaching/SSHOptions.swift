import ArgumentParser
import Deployment
import SSH

/// Where a command finds the person's ssh configuration.
struct SSHOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The ssh configuration to read, as `ssh -F` does; default: ~/.ssh/config and the system's.", valueName: "file"),
        completion: .file())
    var sshConfig: String?

    var directions: Directions { Directions(configuration: PersonalConfiguration(file: sshConfig)) }

    /// A client that asks the person at the terminal, if there is one.
    var client: SSHClient { SSHClient(passphrases: Introductions.passphrases) }
}
