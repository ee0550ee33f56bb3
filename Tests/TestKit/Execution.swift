import CLinux
import Foundation
import Glibc
import Synchronization

/// How a program that a test started came to its end.
package struct Finished: Sendable, CustomStringConvertible {
    /// Its exit status, or 128 + the signal that ended it.
    package let status: Int32
    package let output: String
    package let errors: String
    /// The most memory that it was seen to have while somebody waited for it, in bytes; 0 where it ended before a look.
    package let peakMemory: Int
    package var description: String { "status \(status)\nstandard output:\n\(output)\nstandard error:\n\(errors)" }
}

/// A program that could not be started.
package struct CannotStart: Error, CustomStringConvertible {
    package let path: String
    package let code: Int32
    package var description: String { "cannot start \(path): \(String(cString: strerror(code)))" }
}

/// A program that a test runs: in a process group of its own, with nothing to read, its output kept in files.
///
/// Whoever starts one waits for it with `wait(within:)`, which also collects the process; may be used from any task.
package final class Execution: Sendable {
    package let processID: pid_t
    private let folder: URL
    private let finished = Mutex<Finished?>(nil)
    private let peakMemory = Mutex(0)

    private init(processID: pid_t, folder: URL) {
        self.processID = processID
        self.folder = folder
    }

    /// Starts the program at `path`; `environment` is added to that of the tests, where nil takes a variable out.
    package static func start(
        _ path: String, _ arguments: [String] = [], environment: [String: String?] = [:], in workingFolder: String? = nil
    ) throws -> Execution {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("muster-out-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var processID = pid_t()
        let code = spawn(&processID, path, arguments, merged(environment), in: workingFolder, outputTo: folder)
        guard code == 0 else {
            try? FileManager.default.removeItem(at: folder)
            throw CannotStart(path: path, code: code)
        }
        return Execution(processID: processID, folder: folder)
    }

    /// Starts the program and waits for its end.
    package static func run(
        _ path: String, _ arguments: [String] = [], environment: [String: String?] = [:], in workingFolder: String? = nil,
        within deadline: Duration = .seconds(120)
    ) async throws -> Finished {
        try await start(path, arguments, environment: environment, in: workingFolder).wait(within: deadline)
    }

    /// What it has written to standard output so far.
    package var output: String { finished.withLock(\.?.output) ?? read("output") }
    /// What it has written to standard error so far.
    package var errors: String { finished.withLock(\.?.errors) ?? read("errors") }

    /// Ctrl-C, as a terminal sends it: to the program and what shares its process group.
    package func interrupt() { send(SIGINT, to: -processID) }
    package func terminate() { send(SIGTERM, to: processID) }
    /// `kill -9` of the program alone; what it started lives on.
    package func kill() { send(SIGKILL, to: processID) }

    /// Waits for the end; past the deadline, a hang bound, the program is killed and `NeverHappened` thrown.
    @discardableResult
    package func wait(within deadline: Duration = .seconds(120)) async throws -> Finished {
        let end = ContinuousClock.now + deadline
        do {
            while ContinuousClock.now < end {
                if let result = collect() { return result }
                try await Task.sleep(for: .milliseconds(10))
            }
            throw NeverHappened(what: "the end of process \(processID)\n\(errors)", deadline: deadline)
        } catch {
            send(SIGKILL, to: -processID)
            // The kernel ends it at once; nothing to wait for but the record of its end.
            while collect() == nil { usleep(1000) }
            throw error
        }
    }

    /// The exit status, for the few places that cannot be asynchronous; blocks its thread, so only for what ends at once.
    package func waitBlocking() -> Int32 {
        while true {
            if let result = collect() { return result.status }
            usleep(1000)
        }
    }

    private func send(_ signal: Int32, to target: pid_t) {
        finished.withLock { if $0 == nil { _ = Glibc.kill(target, signal) } }
    }

    /// The result, where the program has ended; reaps the process once and takes in its output.
    private func collect() -> Finished? {
        finished.withLock { finished in
            if let finished { return finished }
            var status: Int32 = 0
            guard waitpid(processID, &status, WNOHANG) == processID else {
                lookAtMemory()
                return nil
            }
            let code = muster_wifexited(status) != 0 ? muster_wexitstatus(status) : 128 + muster_wtermsig(status)
            let result = Finished(status: code, output: read("output"), errors: read("errors"), peakMemory: peakMemory.withLock { $0 })
            try? FileManager.default.removeItem(at: folder)
            finished = result
            return result
        }
    }

    /// The kernel's count for a process that it started begins with the memory of whoever started it: hence its own, of now.
    private func lookAtMemory() {
        guard let status = FileManager.default.contents(atPath: "/proc/\(processID)/status") else { return }
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return }
        peakMemory.withLock { $0 = max($0, kibibytes << 10) }
    }

    private func read(_ file: String) -> String {
        guard let bytes = FileManager.default.contents(atPath: folder.appendingPathComponent(file).path) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func merged(_ changes: [String: String?]) -> [String] {
        var environment = ProcessInfo.processInfo.environment
        for (name, value) in changes { environment[name] = value }
        return environment.map { "\($0.key)=\($0.value)" }
    }

    private static func spawn(
        _ processID: inout pid_t, _ path: String, _ arguments: [String], _ environment: [String], in workingFolder: String?,
        outputTo folder: URL
    ) -> Int32 {
        let files = ["output", "errors"].map { folder.appendingPathComponent($0).path }
        let descriptors =
            [muster_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)]
            + files.map { muster_open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        defer { descriptors.forEach { close($0) } }
        return withCStrings([path] + arguments) { arguments in
            withCStrings(environment) { environment in
                muster_spawn(&processID, path, arguments, environment, workingFolder, descriptors, Int32(descriptors.count), 0)
            }
        }
    }
}

/// Lends `strings` as a null-terminated array of C strings.
private func withCStrings<T>(_ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T) -> T {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return body(&pointers)
}
