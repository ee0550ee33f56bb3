import CLinux
import Glibc
import Vocabulary

/// The person at the terminal, asked where nothing else can answer. Blocks the calling thread.
enum Terminal {
    private static let path = "/dev/tty"

    /// Whether there is somebody: what is said can be read, and what is typed comes from a person.
    static var isAttended: Bool { isatty(STDERR_FILENO) == 1 && isatty(STDIN_FILENO) == 1 }

    /// Asks for a word that is not shown while it is typed; nil where there is no terminal, or nothing was said.
    static func secret(_ prompt: String) -> Secret? {
        let descriptor = muster_open(path, O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var before = termios()
        guard tcgetattr(descriptor, &before) == 0 else { return nil }
        var hidden = before
        // Not ISIG either: Ctrl-C would end the program and leave a terminal that shows nothing.
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        tcsetattr(descriptor, TCSAFLUSH, &hidden)
        defer { tcsetattr(descriptor, TCSAFLUSH, &before) }
        say(prompt, descriptor)
        let word = readHidden(descriptor)
        say("\n", descriptor)
        return word
    }

    /// Asks a question that is answered by yes or no; anything else is no.
    static func confirm(_ question: String) -> Bool {
        let descriptor = muster_open(path, O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        say(question + " [y/N] ", descriptor)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 64, read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return ["y", "yes"].contains(String(decoding: line, as: UTF8.self).lowercased())
    }

    /// Up to the end of the line; nil after Ctrl-C, which then takes its course.
    private static func readHidden(_ descriptor: Int32) -> Secret? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) == 1 {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return bytes.isEmpty ? nil : Secret(String(decoding: bytes, as: UTF8.self))
            case 3:
                raise(SIGINT)
                return nil
            case 4: return nil
            case 8, 127: _ = bytes.popLast()
            case 21: bytes = []
            default: if bytes.count < 1024 { bytes.append(byte) }
            }
        }
        return nil
    }

    private static func say(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
