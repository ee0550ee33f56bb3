#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What descends from a process, read from /proc.
enum ProcessTree {
    /// Every living descendant of `root`, zombies left out. A process that forks while we look can be missed: look again until
    /// there are no children left to wait for.
    static func descendants(of root: pid_t) -> [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        var dead: Set<pid_t> = []
        forEachProcess { pid in
            guard let stat = SmallFile.read("/proc/\(pid)/stat"), let (state, parent) = parse(stat) else { return }
            children[parent, default: []].append(pid)
            if state == "Z" || state == "X" { dead.insert(pid) }
        }
        var found: [pid_t] = []
        var open = [root]
        while let parent = open.popLast() {
            for child in children.removeValue(forKey: parent) ?? [] {
                open.append(child)
                if !dead.contains(child) { found.append(child) }
            }
        }
        return found
    }

    /// State and parent from `pid (name) S ppid …`; the name may hold spaces and parentheses, so the last `)` counts.
    static func parse(_ stat: String) -> (state: Substring, parent: pid_t)? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ", maxSplits: 2)
        guard fields.count >= 2, let parent = pid_t(fields[1]) else { return nil }
        return (fields[0], parent)
    }

    private static func forEachProcess(_ body: (pid_t) -> Void) {
        guard let directory = opendir("/proc") else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if let pid = pid_t(name) { body(pid) }
        }
    }
}
