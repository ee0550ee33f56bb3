import ArgumentParser
import Glibc
import Storage
import Vocabulary

/// What every look at a target by hand takes. It is reached from here, with this process's own environment.
struct ObjectArguments: ParsableArguments {
    @Option(help: ArgumentHelp("How long one operation may take.", valueName: "seconds"))
    var timeout = 120

    /// Does something with a target of this URI; says what went wrong and leaves with 1.
    func with<Outcome>(_ uri: String, _ body: (any StorageTarget, ObjectURI) throws(StorageError) -> Outcome) throws -> Outcome {
        do throws(StorageError) {
            return try body(Targets.open(uri, timeout: .seconds(max(1, timeout))), ObjectURI(uri))
        } catch {
            Console.error("\(error)")
            throw ExitCode.failure
        }
    }

    /// Says what a local file is not good for, and why; to be thrown.
    static func failure(_ what: String, _ number: Int32) -> ExitCode {
        Console.error("\(what): \(String(cString: strerror(number)))")
        return ExitCode.failure
    }
}
