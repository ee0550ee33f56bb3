import CLinux
import Glibc
import Vocabulary

/// One call of `ssh -G`, on a thread that may block.
enum SSHQuestion {
    struct Failure: Error {
        let why: String
    }

    /// `Match exec` may run a program that hangs.
    private static let patience = Duration.seconds(10)
    private static let longest = 1 << 20

    /// Where OpenSSH's client is; nil where there is none.
    static let program: String? = {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/ssh" }.first { access($0, X_OK) == 0 }
    }()

    /// What ssh(1) says of the host.
    static func ask(_ program: String, _ arguments: [String]) -> Result<HostSettings, Failure> {
        var ends: [Int32] = [-1, -1]
        let null = muster_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
        guard null >= 0, muster_pipe(&ends) == 0 else { return .failure(Failure(why: errorText(errno))) }
        defer {
            close(ends[0])
            close(null)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let status = muster_spawn(&process, program, &words, environ, nil, [null, ends[1], ends[1]], 3, 0)
        close(ends[1])
        guard status == 0 else { return .failure(Failure(why: errorText(status))) }
        return outcome(process, reading: ends[0])
    }

    private static func outcome(_ process: pid_t, reading descriptor: Int32) -> Result<HostSettings, Failure> {
        let text = read(descriptor)
        if text == nil { kill(-process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard let text else { return .failure(Failure(why: "`ssh -G` was not done after \(patience)")) }
        guard muster_wifexited(status) != 0, muster_wexitstatus(status) == 0 else {
            let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("Pseudo-terminal") }
            return .failure(Failure(why: lines.joined(separator: "; ")))
        }
        return .success(HostSettings(parsing: text))
    }

    /// Everything up to the end; nil where that does not come in time.
    private static func read(_ descriptor: Int32) -> String? {
        let end = SystemClock.now + patience
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < longest {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = (end - SystemClock.now).wholeNanoseconds / 1_000_000
            guard left > 0, poll(&entry, 1, Int32(left)) != 0 else { return nil }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { break }
            if count > 0 { bytes += chunk.prefix(count) } else if errno != EINTR { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
