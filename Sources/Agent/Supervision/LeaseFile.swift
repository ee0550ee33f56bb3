import CLinux
import CLinux
import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The moment up to which the controller's silence is taken for life, in a file that the agent writes and its supervisor reads.
///
/// It is a time of CLOCK_BOOTTIME in nanoseconds, which goes on while a machine sleeps, as 20 digits and a newline: always as long, and
/// overwritten in place, so that a full disk does not end a lease. Half an old number beside half a new one is possible; a reader
/// therefore acts on an expiry only when it has read the same twice.
package struct LeaseFile: Sendable {
    private let path: String

    package init(in directory: RunDirectory) { path = directory.lease }

    /// Now on CLOCK_BOOTTIME, nanoseconds.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// Lets the lease end `lease` from now; false with errno where the file cannot be written. Blocks as long as the disk does.
    @discardableResult
    package func renew(for lease: Duration) -> Bool {
        write(deadline: Self.now.addingReportingOverflow(lease.wholeNanoseconds).partialValue)
    }

    func write(deadline: Int64) -> Bool {
        let digits = "\(max(0, deadline))"
        return SmallFile.overwrite(path, String(repeating: "0", count: 20 - digits.count) + digits + "\n")
    }

    /// When it ends, nanoseconds of CLOCK_BOOTTIME; nil where the file is missing or holds no such number.
    package func deadline() -> Int64? {
        guard let text = SmallFile.read(path), text.utf8.count == 21, text.hasSuffix("\n") else { return nil }
        return Int64(text.dropLast())
    }
}
