import CLinux
import FoundationEssentials
import Glibc

/// The three pipes of a command, and a fourth that wakes whoever waits for them.
struct LocalPipes {
    /// What stays in this process.
    struct Ends {
        var stdin: Int32 = -1
        var stdout: Int32 = -1
        var stderr: Int32 = -1
        var cancellation: (read: Int32, write: Int32) = (-1, -1)
    }

    private(set) var nearEnds = Ends()
    /// What the command gets as 0, 1 and 2.
    private(set) var farEnds: [Int32] = []

    /// false with errno where there are too many descriptors; then everything is closed again.
    mutating func open() -> Bool {
        var pairs: [[Int32]] = []
        for _ in 0..<4 {
            var pair: [Int32] = [-1, -1]
            guard muster_pipe(&pair) == 0 else {
                let error = errno
                pairs.joined().forEach { close($0) }
                errno = error
                return false
            }
            pairs.append(pair)
        }
        nearEnds = Ends(stdin: pairs[0][1], stdout: pairs[1][0], stderr: pairs[2][0], cancellation: (pairs[3][0], pairs[3][1]))
        farEnds = [pairs[0][0], pairs[1][1], pairs[2][1]]
        for descriptor in [nearEnds.stdin, nearEnds.stdout, nearEnds.stderr] { _ = muster_set_nonblocking(descriptor) }
        return true
    }

    func closeFarEnds() { farEnds.forEach { close($0) } }

    func closeNearEnds() {
        for descriptor in [nearEnds.stdin, nearEnds.stdout, nearEnds.stderr, nearEnds.cancellation.read, nearEnds.cancellation.write] {
            close(descriptor)
        }
    }
}
