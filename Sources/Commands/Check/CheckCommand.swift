import ArgumentParser
import Playbooks
import Vocabulary

/// `muster check PLAYBOOK`: every problem at once, or the plan.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a playbook and show the plan that it makes; touch no host.")

    @OptionGroup var input: PlaybookArguments
    @OptionGroup var form: PlanForm

    func run() throws { Console.output(form.text(of: try input.reading { form.tell($0) })) }
}

/// How a plan is shown.
struct PlanForm: ParsableArguments {
    @Flag(help: "Print the resolved plan as JSON (docs/plan.md), for programs.")
    var json = false

    @Flag(help: "Print the resolved plan as a playbook that says everything; secrets of env: as variables.")
    var yaml = false

    /// Whether the plan is wanted in another form than a person's.
    var isForPrograms: Bool { json || yaml }

    func validate() throws {
        guard !json || !yaml else { throw ValidationError("--json and --yaml are two forms: choose one") }
    }

    /// The problems of a playbook that has no plan; for people they stand on standard error.
    func tell(_ problems: [Problem]) {
        if json { Console.output(JSON.object(["problems": .array(problems.map(\.json))]).text) }
    }

    func text(of checked: CheckedPlaybook) -> String {
        if yaml { return String(playbookText(of: checked.plan).dropLast()) }
        return json ? PlanDocument(checked).json.text : PlanSummary(checked.plan).text
    }
}
