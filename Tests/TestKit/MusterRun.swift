import Foundation

/// The built programs, as a person would start them.
package enum MusterRun {
    /// Neither `MUSTER_BIN` nor a build folder of this package has the program.
    package struct NotBuilt: Error, CustomStringConvertible {
        package let program: String
        package var description: String {
            "\(program) is not built\n  fix: swift build -c release, or set MUSTER_BIN to the folder that it is in"
        }
    }

    /// Where `muster` or `muster-agent` is: in the folder `MUSTER_BIN`, else in .build/release, else in .build/debug.
    package static func path(of program: String = "muster") throws -> String {
        var folders = [Repository.path(".build/release"), Repository.path(".build/debug")]
        if let folder = ProcessInfo.processInfo.environment["MUSTER_BIN"] { folders = [folder] }
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(program)") {
            return "\(folder)/\(program)"
        }
        throw NotBuilt(program: program)
    }

    /// Starts `muster` with `arguments` in `folder`, where its results will be.
    package static func start(_ arguments: [String], environment: [String: String?] = [:], in folder: URL) throws -> Execution {
        try Execution.start(path(), arguments, environment: environment, in: folder.path)
    }

    /// Starts `muster-agent`, as somebody does by hand for `listen` mode.
    package static func startAgent(_ arguments: [String], environment: [String: String?] = [:], in folder: URL) throws -> Execution {
        try Execution.start(path(of: "muster-agent"), arguments, environment: environment, in: folder.path)
    }
}
