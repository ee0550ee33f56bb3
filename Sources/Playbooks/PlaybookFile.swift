import Glibc
import Vocabulary

/// Reads a playbook's bytes, never more of them than a playbook may have.
enum PlaybookFile {
    /// The file's text; throws `YAMLDocument.Refusal` that says why there is none.
    static func read(_ path: String) throws(YAMLDocument.Refusal) -> String {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal(path, "cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw refusal(path, "is not a file") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw refusal(path, "cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= YAMLDocument.sizeLimit else {
                throw refusal(path, "is larger than \(ByteCount(Int64(YAMLDocument.sizeLimit)))")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refusal(path, "is not UTF-8 text") }
        return text
    }

    private static func refusal(_ path: String, _ what: String) -> YAMLDocument.Refusal {
        YAMLDocument.Refusal(problem: Problem(.error, place: Problem.Place(file: path, line: 1, column: 1), what: "the playbook \(what)"))
    }
}
