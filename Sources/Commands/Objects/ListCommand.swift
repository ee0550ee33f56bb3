import ArgumentParser
import Storage
import Vocabulary

/// `muster ls`: what is under a prefix.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List the objects whose names begin with a URI, at any depth, a name a line.",
        discussion: "The storage is reached from here, not from agents, with the credentials of this shell (docs/object-stores.md).")

    @Argument(help: "For example s3://bucket/folder/ or file:///mnt/bench/.")
    var uri: String

    @Option(help: ArgumentHelp("At most so many.", valueName: "count"))
    var limit: Int64?

    @OptionGroup var arguments: ObjectArguments

    func run() throws {
        guard limit ?? 1 > 0 else { return }
        var left = limit ?? .max
        let count = try arguments.with(uri) { target, uri throws(StorageError) in
            try target.list(uri) { name in
                Console.output(String(decoding: name, as: UTF8.self))
                left -= 1
                return left > 0
            }
        }
        Console.error(left > 0 ? "\(count) objects" : "the first \(count) objects")
    }
}

/// `muster stat`: one object's size.
struct SizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stat", abstract: "Print an object's size in bytes.")

    @Argument(help: "For example s3://bucket/folder/object.")
    var uri: String

    @OptionGroup var arguments: ObjectArguments

    func run() throws {
        Console.output("\(try arguments.with(uri) { target, uri throws(StorageError) in try target.stat(uri) })")
    }
}
