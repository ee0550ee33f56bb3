import CLinux
import Foundation
import Synchronization

/// A process that a test started, ended by its id. Its standard input is empty and what it says goes nowhere.
///
/// Foundation's `Process` will not do: its way to wait blocks one of the few threads that all tests share.
package final class ProcessHandle: Sendable {
    package let pid: pid_t
    /// How it ended, as waitpid has it; nil while it runs.
    private let status = Mutex<Int32?>(nil)

    package init(_ path: String, _ arguments: [String]) throws {
        let null = muster_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
        defer { close(null) }
        var arguments = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var started: pid_t = 0
        let number = muster_spawn(&started, path, &arguments, environ, nil, [null, null, null], 3, 1)
        guard number == 0 else { throw CommandFailed(command: [path], status: number) }
        pid = started
    }

    package var isRunning: Bool { end(waitpidOptions: WNOHANG) == nil }

    /// Blocks until the process has ended: only for one that has been killed.
    package func wait() { _ = end(waitpidOptions: 0) }

    /// Waits without holding a thread; the exit code, or minus the signal.
    package func ended() async throws -> Int32 {
        try await eventually("process \(pid) to end") { !isRunning }
        let status = end(waitpidOptions: WNOHANG) ?? 0
        return muster_wifsignaled(status) != 0 ? -muster_wtermsig(status) : muster_wexitstatus(status)
    }

    private func end(waitpidOptions options: Int32) -> Int32? {
        status.withLock { known in
            if known == nil {
                var status: Int32 = 0
                if waitpid(pid, &status, options) != 0 { known = status }
            }
            return known
        }
    }
}

/// A command that a test needs did not succeed.
package struct CommandFailed: Error, CustomStringConvertible {
    package let command: [String]
    package let status: Int32
    package var description: String { "\(command.joined(separator: " ")): exit \(status)" }
}

/// Runs a command to its end; throws where it fails.
package func run(_ command: String...) async throws { try await run(command) }

package func run(_ command: [String]) async throws {
    let status = try await ProcessHandle(command[0], Array(command.dropFirst())).ended()
    guard status == 0 else { throw CommandFailed(command: command, status: status) }
}

/// A process and all that descends from it, parents before children.
package func descendants(of root: pid_t) -> [pid_t] {
    var children: [pid_t: [pid_t]] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
        guard let pid = pid_t(name), let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let afterName = stat.lastIndex(of: ")")
        else { continue }
        let fields = stat[stat.index(after: afterName)...].split(separator: " ")
        if fields.count > 1, let parent = pid_t(fields[1]) { children[parent, default: []].append(pid) }
    }
    var found = [root]
    var next = 0
    while next < found.count {
        found += children[found[next]] ?? []
        next += 1
    }
    return found
}

/// A TCP port of 127.0.0.1 that was free a moment ago.
package func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return try boundPort(descriptor)
}

/// Binds a socket to 127.0.0.1 and a port of the system's choice.
package func boundPort(_ descriptor: Int32) throws -> Int {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
        }
    }
    guard status == 0 else { throw CommandFailed(command: ["bind", "127.0.0.1"], status: errno) }
    return Int(UInt16(bigEndian: address.sin_port))
}
