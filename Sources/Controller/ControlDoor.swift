import CLinux
import Deployment
import FoundationEssentials
import Glibc
import Results
import Synchronization
import Vocabulary

/// What another terminal asks of a running controller: a line of JSON each way over the socket in the run's folder.
package struct ControlRequest: Codable, Sendable, Equatable {
    package enum Verb: String, Codable, Sendable { case stop }

    package var verb: Verb
    /// Without waiting for results.
    package var now: Bool

    package init(_ verb: Verb, now: Bool = false) {
        self.verb = verb
        self.now = now
    }
}

/// The answer: that it was taken. What comes of it stands in the event log.
package struct ControlAnswer: Codable, Sendable, Equatable {
    package var taken: Bool
    package var pid: Int
    package var why: String?
}

/// Takes requests from other terminals, on a thread of its own, one after the other.
///
/// The socket has mode 0600 in a folder of mode 0700: whoever reaches it is the run's owner.
final class ControlDoor: Sendable {
    private static let requestLimit = 4096
    /// How long a caller may take to say what it wants.
    private static let patience: Int32 = 2000

    private let folder: ControlFolder
    private let listener: Int32
    private let wakeUp: Int32
    private let tell: AsyncStream<RunInward>.Continuation

    /// nil where no socket can be had there: the run goes on without, and another terminal is told that nobody answers.
    init?(_ folder: ControlFolder, tell: AsyncStream<RunInward>.Continuation) {
        self.folder = folder
        self.tell = tell
        listener = withShortPath(to: folder) { muster_listen_unix($0) }
        wakeUp = muster_eventfd()
        guard listener >= 0, wakeUp >= 0 else { return nil }
        guard startThread({ self.serve() }) else { return nil }
    }

    /// Nobody is answered any more; the thread ends, and the socket with it.
    func close() {
        unlink(folder.socketPath)
        eventfd_write(wakeUp, 1)
    }

    private func serve() {
        while true {
            var waiting = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0), pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)]
            guard poll(&waiting, 2, -1) > 0 || errno == EINTR, waiting[1].revents == 0 else { break }
            guard waiting[0].revents != 0 else { continue }
            let caller = accept(listener, nil, nil)
            guard caller >= 0 else { continue }
            _ = muster_set_cloexec(caller)
            answer(caller)
            Glibc.close(caller)
        }
        Glibc.close(listener)
        Glibc.close(wakeUp)
    }

    private func answer(_ caller: Int32) {
        guard let line = readLine(from: caller, limit: Self.requestLimit, patience: Self.patience) else { return }
        var answer = ControlAnswer(taken: false, pid: Int(getpid()))
        if let request = try? JSONDecoder().decode(ControlRequest.self, from: Data(line)) {
            answer.taken = true
            switch request.verb {
            case .stop: tell.yield(.interrupted(why: "muster stop", now: request.now))
            }
        } else {
            answer.why = "it is no request of this version's"
        }
        if let bytes = try? JSONEncoder().encode(answer) { send(Array(bytes) + [UInt8(ascii: "\n")], to: caller) }
    }
}

/// Asks a running controller. Throws where it does not answer within `patience`.
package func askController(_ request: ControlRequest, of run: RunFolder, patience: Duration = .seconds(5)) throws -> ControlAnswer {
    let socket = withShortPath(to: run.control) { muster_connect_unix($0) }
    guard socket >= 0 else {
        throw ResultsError.file(verb: "reach the controller at", path: run.control.socketPath, why: String(cString: strerror(errno)))
    }
    defer { close(socket) }
    send(Array(try JSONEncoder().encode(request)) + [UInt8(ascii: "\n")], to: socket)
    let milliseconds = Int32(clamping: patience.wholeNanoseconds / 1_000_000)
    guard let line = readLine(from: socket, limit: 4096, patience: milliseconds),
        let answer = try? JSONDecoder().decode(ControlAnswer.self, from: Data(line))
    else { throw ResultsError.file(verb: "hear the controller at", path: run.control.socketPath, why: "it does not answer") }
    return answer
}

/// A socket's address holds 107 bytes, and a run's folder may lie deeper: the path goes through a descriptor of the folder.
private func withShortPath(to folder: ControlFolder, _ body: (String) -> Int32) -> Int32 {
    let descriptor = muster_open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return -1 }
    let result = body("/proc/self/fd/\(descriptor)/socket")
    let number = errno
    close(descriptor)
    errno = number
    return result
}

/// Bytes up to a newline; nil where they do not come in time, or too many come.
private func readLine(from descriptor: Int32, limit: Int, patience: Int32) -> [UInt8]? {
    let end = SystemClock.now + .milliseconds(Int(patience))
    var line: [UInt8] = []
    while line.count < limit {
        let left = (end - SystemClock.now).wholeNanoseconds / 1_000_000
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard left > 0, poll(&entry, 1, Int32(left)) > 0 else { return nil }
        var byte: UInt8 = 0
        guard read(descriptor, &byte, 1) == 1 else { return nil }
        if byte == UInt8(ascii: "\n") { return line }
        line.append(byte)
    }
    return nil
}

/// A caller that has gone is no matter: it does not hear the answer.
private func send(_ bytes: [UInt8], to descriptor: Int32) {
    _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
}
