import CLinux

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The number of an error of the system.
struct SystemError: Error, CustomStringConvertible {
    let number: Int32
    var description: String { String(cString: strerror(number)) }
}

/// Starts a program with copies of `descriptors` as 0, 1, 2 … and no others.
func spawnProgram(
    _ words: [String], at path: String, environment: [String: String], in directory: String, descriptors: [Int32], newSession: Bool
) throws(SystemError) -> pid_t {
    var arguments = words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var pid: pid_t = 0
    let error = muster_spawn(
        &pid, path, &arguments, &variables, directory, descriptors, Int32(descriptors.count), newSession ? 1 : 0)
    guard error == 0 else { throw SystemError(number: error) }
    return pid
}
