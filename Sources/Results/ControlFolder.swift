import CLinux
import Glibc

/// `control/` of a run's folder (0700), which is there as long as the run is not over: what its controller keeps for itself and for the one
/// that may have to take the run up. It holds secrets, and is no result.
package struct ControlFolder: Sendable, Equatable {
    package let path: String

    package init(of run: RunFolder) { path = "\(run.path)/control" }

    /// Where a running controller takes requests.
    package var socketPath: String { "\(path)/socket" }
    /// What the run is to do, with all that a playbook's secrets are.
    package var orderPath: String { "\(path)/order.json" }
    /// What agents' tokens are made from.
    package var keyPath: String { "\(path)/key" }
    /// Statistics of stages as agents reported them.
    package var arrivalsPath: String { "\(path)/arrivals.bin" }
    fileprivate var lockPath: String { "\(path)/lock" }

    package var exists: Bool { access(path, F_OK) == 0 }

    package func create() throws(ResultsError) { try makeFolders(path, permissions: 0o700) }

    /// Writes a file that only its owner can read.
    package func write(_ contents: [UInt8], to file: String) throws(ResultsError) {
        let fresh = file + ".new"
        try OutputFile(fresh, .replace, permissions: 0o600).append(contents)
        guard rename(fresh, file) == 0 else { throw .file(verb: "write", path: file, why: systemError()) }
    }

    /// The run is over: nobody is to take it up any more.
    package func remove() {
        for file in [socketPath, orderPath, keyPath, arrivalsPath, lockPath] { unlink(file) }
        rmdir(path)
    }

    /// The process that has the run in hand; nil where none has.
    package var holder: Int? {
        guard let descriptor = try? openLock(creating: false) else { return nil }
        defer { close(descriptor) }
        return muster_try_lock_file(descriptor) == 0 ? nil : RunLock.process(in: lockPath)
    }

    fileprivate func openLock(creating: Bool) throws(ResultsError) -> Int32 {
        let descriptor = muster_open(lockPath, O_RDWR | O_CLOEXEC | (creating ? O_CREAT : 0), 0o600)
        guard descriptor >= 0 else { throw .file(verb: "open", path: lockPath, why: systemError()) }
        return descriptor
    }
}

/// The right to have a run in hand, which one process of this machine has at a time, and which ends with it however it ends.
package final class RunLock: Sendable {
    private let descriptor: Int32

    /// Throws `heldBy` where another process has it.
    package init(_ control: ControlFolder) throws(ResultsError) {
        descriptor = try control.openLock(creating: true)
        guard muster_try_lock_file(descriptor) == 0 else {
            let process = Self.process(in: control.lockPath)
            close(descriptor)
            throw .heldBy(process: process ?? 0, path: control.path)
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { close(descriptor) }

    fileprivate static func process(in path: String) -> Int? {
        guard let bytes = try? readFile(path) else { return nil }
        return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
