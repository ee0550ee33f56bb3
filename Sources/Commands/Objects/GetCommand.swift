import ArgumentParser
import Glibc
import Storage
import Vocabulary

/// `muster get`: an object's bytes.
struct GetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Write an object's bytes to a file or to standard output.")

    @Argument(help: "For example s3://bucket/folder/object.")
    var uri: String

    @Argument(help: ArgumentHelp("Where to; it must not be there yet. Standard output without it.", valueName: "file"))
    var file: String?

    @OptionGroup var arguments: ObjectArguments

    func run() throws {
        let output = try open()
        var problem: Int32?
        do {
            let size = try arguments.with(uri) { target, uri throws(StorageError) in
                try target.read(uri, nil) { bytes in
                    problem = Self.write(bytes, to: output)
                    return problem == nil
                }
            }
            if file != nil, close(output) != 0 { problem = problem ?? errno }
            if let problem { throw ObjectArguments.failure("cannot write \(file ?? "standard output")", problem) }
            Console.error("\(ByteCount(size))")
        } catch {
            // Half an object is none.
            if let file { unlink(file) }
            throw error
        }
    }

    private func open() throws -> Int32 {
        guard let file else { return STDOUT_FILENO }
        let descriptor = Glibc.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw ObjectArguments.failure("cannot make \(file)", errno) }
        return descriptor
    }

    /// The error number where not all could be written.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno != EINTR { return errno }
            rest = rest.dropFirst(max(0, count))
        }
        return nil
    }
}
