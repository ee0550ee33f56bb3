import ArgumentParser
import Deployment
import Glibc
import Plans
import SSH
import Vocabulary

/// `muster ssh-setup`: lets a key in on all hosts at once, and looks whether a run could go there.
struct SSHSetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh-setup", abstract: "Let your SSH key in on hosts, and check what a run needs there.",
        discussion: """
            Makes an ed25519 key where there is none, asks one password for all hosts that want one (after the ssh agent and your other \
            keys), adds the public key to ~/.ssh/authorized_keys there, proves it by logging in with that key alone, and looks at what a \
            run needs. As often as you like: what is done already is left as it is.
            """)

    @OptionGroup var hosts: HostArguments

    @Flag(help: "Change nothing: only log in with the key and look.")
    var testOnly = false

    @Flag(help: "Take the key off the hosts again.")
    var revoke = false

    @Flag(help: "Read the password from standard input, its first line, instead of asking for it.")
    var passwordStdin = false

    @Option(help: ArgumentHelp("How many hosts at a time.", valueName: "number"))
    var jobs = 256

    func validate() throws {
        if testOnly && revoke { throw ValidationError("--test-only changes nothing, --revoke does: give one of them") }
        guard (1...10_000).contains(jobs) else { throw ValidationError("--jobs takes 1 to 10000") }
    }

    func run() async throws {
        let visit = try FleetVisit(hosts)
        let pair = try keyPair()
        if pair.isNew { Console.error("made a new key: \(pair.path) (\(pair.fingerprint))") }
        await Introductions(client: visit.client, directions: visit.directions).make(to: visit.reaches)
        let setup = KeySetup(
            visit: visit, pair: pair, aim: testOnly ? .test : revoke ? .revoke : .install, jobs: jobs, password: password(for:))
        let results = await setup.perform()
        await visit.client.shutdown()
        try report(results, of: visit.reaches)
    }

    private func keyPair() throws -> KeyPair {
        let path = hosts.options.key ?? "~/.ssh/id_ed25519"
        do throws(KeyPair.Problem) {
            return try KeyPair.find(path, create: !testOnly && !revoke, comment: Self.comment)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private func report(_ results: [KeySetup.Result], of reaches: [Reach]) throws {
        var rows = [["HOST", "KEY"] + FactCells.titles]
        var errors = FoldedErrors()
        var remarks = FoldedErrors()
        for (reach, result) in zip(reaches, results) {
            switch result {
            case .success(let (outcome, facts)):
                rows.append([reach.hostName.text, outcome.rawValue] + (facts.map { FactCells($0).cells } ?? []))
                for remark in facts.map(FactCells.remarks(on:)) ?? [] { remarks.add("\(reach.hostName): \(remark)", host: reach.hostName) }
            case .failure(let error):
                rows.append([reach.hostName.text, "failed"])
                errors.add("\(error)", host: reach.hostName)
            }
        }
        Console.output(TextTable(rows).text())
        (remarks.lines + errors.lines).forEach(Console.error)
        if !errors.lines.isEmpty { throw ExitCode(ExitStatus.hostsUnreachable) }
    }

    /// `user@machine`, as ssh-keygen writes it behind a key.
    private static var comment: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let user = getenv("USER").map { String(cString: $0) } ?? getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "muster"
        return "\(user)@\(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))"
    }

    private func password(for hosts: String) -> Secret? {
        if passwordStdin { return readLine().map { Secret($0) } }
        return Terminal.isAttended ? Terminal.secret("Password for \(hosts): ") : nil
    }
}
