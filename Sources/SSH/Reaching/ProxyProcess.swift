import CLinux
import Glibc

/// A command of this machine that leads to a host: ssh's ProxyCommand.
enum ProxyProcess {
    /// The shell starts the command in the background and ends, so that the command is nobody's child to wait for; it ends when its
    /// input does. A background command's own input would be /dev/null, hence descriptor 3.
    private static let script = "exec 3<&0; sh -c \"$1\" <&3 3<&- &"

    /// A descriptor of the command's standard input and output, or the error number.
    static func stream(_ command: String) -> Result<Int32, SystemError> {
        var ends: [Int32] = [-1, -1]
        let null = muster_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
        guard null >= 0, muster_socketpair(&ends) == 0 else { return .failure(SystemError(number: errno)) }
        defer {
            close(ends[1])
            close(null)
        }
        let status = start(command, [ends[1], ends[1], null])
        guard status == 0 else {
            close(ends[0])
            return .failure(SystemError(number: status))
        }
        _ = muster_set_nonblocking(ends[0])
        return .success(ends[0])
    }

    private static func start(_ command: String, _ descriptors: [Int32]) -> Int32 {
        let line: [String] = ["/bin/sh", "-c", script, "sh", "exec \(command)"]
        var words: [UnsafeMutablePointer<CChar>?] = line.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let status = muster_spawn(&process, "/bin/sh", &words, environ, nil, descriptors, Int32(descriptors.count), 0)
        guard status == 0 else { return status }
        var ended: Int32 = 0
        while waitpid(process, &ended, 0) < 0 && errno == EINTR {}
        return 0
    }
}
