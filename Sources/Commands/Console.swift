import Glibc

/// Standard output for results, standard error for people.
enum Console {
    static func output(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { bytes = bytes.dropFirst(count) } else if count < 0, errno != EINTR { return }
        }
    }
}

/// How a command ends: the codes that the manual names.
enum ExitStatus {
    static let usage: Int32 = 2
    static let playbookWrong: Int32 = 3
    static let hostsUnreachable: Int32 = 4
}
