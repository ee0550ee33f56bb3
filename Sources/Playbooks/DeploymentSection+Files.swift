import Plans
import Vocabulary

extension FilePush {
    /// `{from, to, mode}`.
    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        let source = section.located("from") { $0.word() }
        let place = section.located("to") { $0.word() }
        let mode = section.located("mode") { $0.permissions() }
        if source == nil, !section.has("from") { section.missing("from", fix: "from: a file or folder of this machine") }
        section.close()
        guard let source else { return nil }
        let last = source.value.split(separator: "/").last.map(String.init) ?? ""
        let written = place?.value ?? last
        guard let to = Self.plain(written) else {
            let what = "`\(written)` is no place below the agent's folder of files"
            (place?.at ?? source.at).fail(
                what, fix: "to: bin/tool (relative, without ..); it goes with the run, and commands find it below $MUSTER_FILES")
            return nil
        }
        self.init(from: source.value, to: to, mode: mode?.value)
    }

    /// Without `.` and doubled slashes; nil where it leads out of its folder, or nowhere.
    private static func plain(_ path: String) -> String? {
        let parts = path.split(separator: "/").filter { $0 != "." }
        let fits = !path.hasPrefix("/") && !path.hasPrefix("~") && !parts.isEmpty && !parts.contains("..")
        return fits && path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } ? parts.joined(separator: "/") : nil
    }
}

extension ProcessLimits {
    /// `{memory, cpus, nofile}`.
    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.init(
            memory: section.take("memory")?.size(), cpus: section.take("cpus")?.number(), openFiles: section.take("nofile")?.integer())
        section.close()
    }
}

extension Cursor {
    /// Octal digits, as chmod(1) takes them: without special bits, and readable by the owner.
    fileprivate func permissions() -> Int? {
        guard let text = word() else { return nil }
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
        guard let mode = Int(digits, radix: 8), (0o400...0o777).contains(mode), digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) else {
            fail("should be permissions in octal digits, not `\(text)`", fix: "mode: \"0755\" for a program, \"0644\" for data")
            return nil
        }
        return mode
    }
}
