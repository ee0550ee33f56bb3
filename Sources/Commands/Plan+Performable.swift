import ArgumentParser
import Plans
import Vocabulary

extension Plan {
    /// Exit code 3, with each of its names, where the playbook asks for what this build does not carry out.
    func requirePerformable() throws {
        guard !notCarriedOut.isEmpty else { return }
        for problem in notCarriedOut { Console.error("\(problem)") }
        let things = notCarriedOut.count == 1 ? "1 thing" : "\(notCarriedOut.count) things"
        Console.error("\(playbookPath) asks for \(things) that this build does not carry out; no host was touched")
        throw ExitCode(ExitStatus.playbookWrong)
    }
}
