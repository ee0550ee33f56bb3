import Glibc
import Synchronization

/// The person's own ssh configuration (`~/.ssh/config` and what it includes), asked through `ssh -G` and kept for the run.
///
/// Where OpenSSH's client is not installed it says nothing of any host.
package final class PersonalConfiguration: Sendable {
    private struct Kept {
        var files: ConfigurationFiles?
        var answers: [String: Result<HostSettings, SSHError>] = [:]
        var waiting: [String: [Answer<HostSettings>]] = [:]
    }

    private let file: String?
    private let kept = Mutex(Kept())

    /// `file`: in place of the person's and the machine's, as `ssh -F` takes it.
    package init(file: String? = nil) { self.file = file }

    /// Where OpenSSH's client is; nil where there is none.
    package static var program: String? { SSHQuestion.program }

    /// How many times ssh(1) was asked.
    package var questions: Int { kept.withLock { $0.answers.count } }

    /// What it says of a host by the name that a person gave it. User and port are those that somebody asked for, on which `Match` may go.
    package func settings(for host: String, user: String? = nil, port: Int? = nil) async throws(SSHError) -> HostSettings {
        guard let program = SSHQuestion.program else { return HostSettings() }
        let (key, isIndifferent, isOpaque) = kept.withLock { kept in
            let files = kept.files ?? ConfigurationFiles(file: file)
            kept.files = files
            return (files.key(of: host), files.isIndifferent, files.isOpaque)
        }
        if isIndifferent { return HostSettings() }
        let arguments = isOpaque ? (user.map { ["-l", $0] } ?? []) + (port.map { ["-p", "\($0)"] } ?? []) : []
        let answer = ask(program, (["-G"] + (file.map { ["-F", expandingHome($0)] } ?? []) + arguments), host, key: "\(key) \(arguments)")
        var settings: HostSettings
        do throws(SSHError) {
            settings = try await answer.value { answer.give(.failure(.cancelled(place: host))) }
        } catch .configuration(_, let why) {
            throw .configuration(place: host, why: why)
        }
        // Those that are treated alike have their own names, unless the configuration gives them another.
        if settings.hostName == nil { settings.hostName = host }
        return settings
    }

    private func ask(_ program: String, _ arguments: [String], _ host: String, key: String) -> Answer<HostSettings> {
        let answer = Answer<HostSettings>()
        let isFirst = kept.withLock { kept in
            if let known = kept.answers[key] {
                answer.give(known)
                return false
            }
            kept.waiting[key, default: []].append(answer)
            return kept.waiting[key]?.count == 1
        }
        guard isFirst else { return answer }
        BlockingThreads.shared.run {
            let result = SSHQuestion.ask(program, arguments + ["--", host]).map { Self.withoutOwnName($0, host) }
                .mapError { SSHError.configuration(place: host, why: $0.why) }
            self.settle(key, result)
        }
        return answer
    }

    private static func withoutOwnName(_ settings: HostSettings, _ host: String) -> HostSettings {
        var settings = settings
        if settings.hostName?.lowercased() == host.lowercased() { settings.hostName = nil }
        return settings
    }

    private func settle(_ key: String, _ result: Result<HostSettings, SSHError>) {
        let waiting = kept.withLock { kept in
            kept.answers[key] = result
            return kept.waiting.removeValue(forKey: key) ?? []
        }
        for answer in waiting { answer.give(result) }
    }
}
