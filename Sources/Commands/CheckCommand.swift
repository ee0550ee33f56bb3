import ArgumentParser

/// `muster check PLAYBOOK`: every problem at once, or the plan.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a playbook and show the plan that it makes; touch no host.")

    @OptionGroup var input: PlaybookArguments

    func run() throws { Console.output(PlanSummary(try input.plan()).text) }
}
