import ArgumentParser
import Playbooks
import Vocabulary

/// `muster schema`: the format of playbooks for editors.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of playbooks, for completion and help in editors (docs/editor.md).")

    func run() { Console.output(PlaybookSchema.json.text) }
}
