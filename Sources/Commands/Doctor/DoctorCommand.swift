import ArgumentParser
import Deployment
import Plans
import SSH
import Vocabulary

/// `muster doctor`: what this machine and the hosts can do, and what to mend.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine and hosts can do, and what to mend.",
        discussion: "Changes nothing anywhere. Exit code 4 where a host cannot be reached.")

    @OptionGroup var hosts: HostOptions

    func run() async throws {
        let local = LocalExamination()
        Console.output("This machine\n" + TextTable(local.rows).text(indent: 2))
        local.remarks.forEach(Console.error)
        guard hosts.isGiven else { return }
        let visit = try FleetVisit(hosts)
        await Introductions(client: visit.client, directions: visit.directions).make(to: visit.reaches)
        let examination = HostExamination(client: visit.client, directions: visit.directions)
        let results = await visit.each { reach in try await examination.examine(reach) }
        await visit.client.shutdown()
        try report(results, of: visit.reaches)
    }

    private func report(_ results: [Result<HostExamination.Finding, any Error>], of reaches: [Reach]) throws {
        var rows = [["HOST", "LOGIN", "SSHD"] + FactCells.titles]
        var (errors, remarks) = (FoldedErrors(), FoldedErrors())
        for (reach, result) in zip(reaches, results) {
            switch result {
            case .success(let finding):
                rows.append([reach.hostName.text, finding.login, finding.server] + FactCells(finding.facts).cells)
                for remark in finding.remarks { remarks.add("\(reach.hostName): \(remark)", host: reach.hostName) }
            case .failure(let error):
                rows.append([reach.hostName.text, "failed"])
                errors.add("\(error)", host: reach.hostName)
            }
        }
        Console.output("Hosts\n" + TextTable(rows).text(indent: 2))
        (remarks.lines + errors.lines).forEach(Console.error)
        if !errors.lines.isEmpty { throw ExitCode(ExitStatus.hostsUnreachable) }
    }
}
