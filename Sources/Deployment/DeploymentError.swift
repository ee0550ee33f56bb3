import SSH
import Vocabulary

/// Why an agent could not be brought to a host, reached there or taken off it.
package enum DeploymentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No agent executable was found on this machine.
    case agentNotFound(searched: [String])
    /// The agent executable of this machine cannot be used.
    case unusableBundle(path: String, why: String)
    /// Something that was to be pushed cannot be read on this machine.
    case unusablePush(path: String, why: String)
    /// The connection, or what was tried through it, failed; the text is the word of whoever knows.
    case unreachable(host: HostName, what: String, why: String, fix: String)
    /// SSH's own word, which names the host.
    case ssh(host: HostName, SSHError)
    /// Nothing happened within the deadline.
    case deadline(host: HostName, what: String, after: Duration)
    /// The login shell ran, and our script did not.
    case noAnswer(host: HostName, output: String)
    /// The host said why it could not do what the script asked for.
    case refused(host: HostName, Refusal)

    /// What a script on a host can find in its way; `detail` is the host's own text.
    package struct Refusal: Error, Sendable, Equatable {
        package enum Reason: String, Sendable, CaseIterable {
            case system, architecture, home, directory, occupied, settings, tool, cache, unpack, checksum, execute, start, remove, key,
                files, broken
            case runtime, image, container
        }
        package var reason: Reason
        package var detail: String

        package init(_ reason: Reason, detail: String) {
            self.reason = reason
            self.detail = detail
        }
    }

    /// The connection to the host is gone: over another one it may go on.
    package var isBrokenConnection: Bool { if case .ssh(_, .lost) = self { true } else { false } }

    /// nil where the fault lies on this machine.
    package var host: HostName? {
        switch self {
        case .agentNotFound, .unusableBundle, .unusablePush: nil
        case .unreachable(let host, _, _, _), .ssh(let host, _), .deadline(let host, _, _), .noAnswer(let host, _), .refused(let host, _):
            host
        }
    }

    /// What could not be done, without the host's name (but for SSH's own errors).
    package var what: String {
        switch self {
        case .agentNotFound: "cannot find the agent executable"
        case .unusableBundle(let path, _): "cannot use the agent executable \(path)"
        case .unusablePush(let path, _): "cannot push \(path)"
        case .unreachable(_, let what, _, _), .deadline(_, let what, _): what
        case .ssh(_, let error): error.what
        case .noAnswer: "cannot run a shell script there"
        case .refused(_, let refusal): refusal.what
        }
    }

    /// Why, in the words of whoever knows.
    package var why: String {
        switch self {
        case .agentNotFound(let searched): "looked at " + searched.joined(separator: ", ")
        case .unusableBundle(_, let why), .unusablePush(_, let why), .unreachable(_, _, let why, _): why
        case .ssh(_, let error): error.why
        case .deadline(_, _, let after): "no answer within \(fixed(after.inSeconds, decimals: 1)) s"
        case .noAnswer(_, let output): output.isEmpty ? "the login shell printed nothing" : "the login shell printed: \(output)"
        case .refused(_, let refusal): refusal.detail.isEmpty ? "it gave no reason" : refusal.detail
        }
    }

    /// The next thing to try; empty where there is nothing to mend.
    package var fix: String {
        switch self {
        case .agentNotFound:
            "build it (swift build -c release --product muster-agent) and put it beside muster, or set MUSTER_AGENT to its path"
        case .unusableBundle: "build it again: swift build -c release --product muster-agent"
        case .unusablePush: "see deployment.files in the playbook; paths there are relative to where muster is started"
        case .unreachable(_, _, _, let fix): fix
        case .ssh(_, let error): error.fix ?? ""
        case .deadline(let host, _, _): "look whether \(host) answers at all and how loaded it is, then try again"
        case .noAnswer(let host, _): "give the account a login shell that runs commands, and try: ssh \(host) exec /bin/sh -c true"
        case .refused(let host, let refusal): refusal.fix(on: host)
        }
    }

    package var description: String {
        if case .ssh(_, let error) = self { return "\(error)" }
        let place = host.map { "\($0): " } ?? ""
        return "\(place)\(what): \(why)" + (fix.isEmpty ? "" : "\n  fix: \(fix)")
    }
}

extension DeploymentError.Refusal {
    var what: String {
        switch reason {
        case .system, .architecture: "cannot run the agent there"
        case .home, .directory: "cannot make the run directory"
        case .occupied: "the agent is there already"
        case .settings: "cannot write the agent's settings"
        case .tool: "a program is missing there"
        case .cache, .unpack: "cannot store the agent"
        case .checksum: "what was sent arrived damaged"
        case .files: "cannot put the run's files there"
        case .broken: "what was sent did not arrive whole"
        case .execute, .start: "cannot start the agent"
        case .remove: "cannot remove what the run left"
        case .key: "cannot change ~/.ssh/authorized_keys there"
        case .runtime: "cannot run containers there"
        case .image: "cannot get the container's image there"
        case .container: "cannot start the agent's container"
        }
    }

    func fix(on host: HostName) -> String {
        switch reason {
        case .system: "use a Linux host"
        case .architecture: "build muster-agent on a machine of that architecture and point MUSTER_AGENT at it"
        case .home: "give the account a home directory of its own"
        case .directory, .settings: "make the home directory writable, with free space (df -h ~), or log in as somebody else"
        case .occupied: "muster hosts clean --hosts \(host)"
        case .tool: "install it (coreutils and gzip, or busybox)"
        case .cache, .unpack: "make room in the home directory (df -h ~) or: muster hosts clean --cache --hosts \(host)"
        case .files: "make room in the home directory (df -h ~), and see that tar is there"
        case .broken: "try again: what has arrived is kept, and only the rest is sent"
        case .checksum: "try again; if it comes again, check the host's memory and disk"
        case .execute: "mount the home directory without noexec, or log in as somebody whose home allows programs"
        case .start: "muster hosts clean --cache --hosts \(host), then try again"
        case .key: "make the home directory writable, with free space, and see who owns ~/.ssh there"
        case .remove: "see who owns the files under ~/.local/state/muster there"
        case .runtime:
            "install podman or docker and let the account use it (try: ssh \(host) docker ps), or deploy_type: binary"
        case .image: "see that the host reaches the registry, or pull_policy: push, which needs none"
        case .container: "look at docker_args, volumes, ports and network_mode in the playbook; another agent may have the port"
        }
    }
}
