import ArgumentParser
import Glibc
import Storage
import Vocabulary

/// `muster put`: a file as an object.
struct PutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Write a file as an object, in place of what is there.",
        discussion: "A URI that ends in / gets the file's name.")

    @Argument(help: "A file.")
    var file: String

    @Argument(help: "For example s3://bucket/folder/object.")
    var uri: String

    @OptionGroup var arguments: ObjectArguments

    func run() throws {
        guard let body = FileBody(path: file) else { throw ObjectArguments.failure("cannot read \(file)", errno) }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        try arguments.with(uri.hasSuffix("/") ? uri + name : uri) { target, uri throws(StorageError) in
            try target.put(uri, size: body.size, body: body)
        }
        if body.isShort {
            Console.error("\(file) got shorter while it was read: the object ends in zeros\n  fix: put it again")
            throw ExitCode.failure
        }
        Console.error("\(ByteCount(body.size))")
    }
}

/// `muster rm`: objects away.
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rm", abstract: "Delete objects by name.")

    @Argument(help: "For example s3://bucket/folder/object; with --recursive the beginning of names.")
    var uris: [String]

    @Flag(help: "Delete every object whose name begins with a URI, which must end in /.")
    var recursive = false

    @OptionGroup var arguments: ObjectArguments

    func validate() throws {
        for uri in uris where recursive && !uri.hasSuffix("/") { throw ValidationError("with --recursive a URI ends in /, unlike \(uri)") }
    }

    func run() throws {
        var count = 0
        for uri in uris {
            count += try arguments.with(uri) { target, uri throws(StorageError) in
                guard recursive else {
                    try target.delete(uri)
                    return 1
                }
                return try deleteAll(under: uri, target)
            }
        }
        Console.error("\(count) deleted")
    }

    /// A few thousand names at a time: they are not in memory all at once, and no listing goes on while its objects vanish.
    private func deleteAll(under prefix: ObjectURI, _ target: any StorageTarget) throws(StorageError) -> Int {
        var count = 0
        var names: [[UInt8]] = []
        let uri = ObjectURI()
        repeat {
            names.removeAll(keepingCapacity: true)
            _ = try target.list(prefix) { name in
                names.append(Array(name))
                return names.count < 4096
            }
            for name in names {
                uri.set(name)
                try target.delete(uri)
            }
            count += names.count
        } while !names.isEmpty
        return count
    }
}
