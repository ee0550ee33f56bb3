import CLinux
import Digests
import FoundationEssentials
import Glibc
import Link
import Results
import Vocabulary

/// Takes in the files of one agent, over whichever way they come, and knows whether all are there and whole.
///
/// A sending that was cut is followed by another one, which is told what is here (`held`) and goes on behind it; a file of which other bytes
/// are here than its sender has begins again from its first byte, and its pieces replace those that came before.
struct ResultReceiver {
    /// What is here of one file.
    struct Part: Sendable {
        var hash = SHA256()
        var size: UInt64 = 0
        /// Its last piece came in this sending, and its checksum is right.
        var isWhole = false
    }

    private let intake: ResultIntake
    private var parts: [String: Part]
    /// The first thing that went wrong, in words; later ones are likely its consequence.
    private(set) var trouble: String?
    private(set) var isAtEnd = false

    /// - Parameter parts: what another controller took in; see `partsOnDisk`.
    init(intake: ResultIntake, goingOnWith parts: [String: Part] = [:]) {
        self.intake = intake
        self.parts = parts
        for (path, part) in parts { intake.adopt(path, size: Int64(part.size)) }
    }

    var files: Int { parts.values.count { $0.isWhole } }
    var bytes: UInt64 { parts.values.reduce(0) { $0 + ($1.isWhole ? $1.size : 0) } }
    /// All files are home and have the checksums that their sender computed.
    var isComplete: Bool { isAtEnd && trouble == nil }

    /// What need not be sent again.
    var held: [HeldFile] {
        HeldFile.fitting(parts.map { HeldFile(path: $0, size: $1.size, sha256: $1.hash.digest()) })
    }

    /// Begins with another sending.
    mutating func restart() {
        for path in parts.keys { parts[path]?.isWhole = false }
        trouble = nil
        isAtEnd = false
    }

    mutating func take(_ piece: ResultPiece) {
        do {
            try place(piece)
        } catch {
            note("\(error)")
        }
    }

    /// - Parameter missing: what its sender says that it lacks.
    mutating func end(files: Int, bytes: UInt64, missing: [String] = []) {
        isAtEnd = true
        for text in missing.prefix(1) { note(missing.count == 1 ? text : "\(text), and \(missing.count - 1) more") }
        if files != self.files || bytes != self.bytes {
            note("\(self.files) of \(files) files came home whole, \(self.bytes) of \(bytes) bytes")
        }
    }

    private mutating func place(_ piece: ResultPiece) throws {
        let path = piece.path
        guard path != LiveLog.name else { return note("\(path): the name is taken by the log that came while it ran") }
        var part = piece.offset == 0 ? Part() : parts[path] ?? Part()
        guard part.size == piece.offset else {
            return note("\(path): a piece at \(piece.offset) where \(part.size) was expected")
        }
        try intake.place(path, offset: Int64(piece.offset), piece.bytes)
        part.hash.update(piece.bytes)
        part.size += UInt64(piece.bytes.count)
        part.isWhole = false
        parts[path] = part
        guard piece.isLast else { return }
        guard part.hash.digest() == piece.sha256 else {
            // Nothing of it is to be built upon.
            parts[path] = nil
            return note("\(path): its checksum is wrong")
        }
        guard part.size == piece.size else { return note("\(path): it ends at \(part.size) and is said to have \(piece.size) bytes") }
        try intake.finish(path, size: Int64(part.size))
        parts[path]?.isWhole = true
    }

    private mutating func note(_ text: String) {
        if trouble == nil { trouble = text }
    }

    /// What an earlier controller took in, read again from an agent's folder. Blocks; nothing that cannot be read is part of it.
    static func partsOnDisk(_ folder: String) -> [String: Part] {
        var parts: [String: Part] = [:]
        for path in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] where path != LiveLog.name {
            guard ResultPiece.isSafe(path: path), let part = readPart("\(folder)/\(path)") else { continue }
            parts[path] = part
        }
        return parts
    }

    private static func readPart(_ path: String) -> Part? {
        let descriptor = muster_open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var part = Part()
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &bytes, bytes.count)
            if count == 0 { return part }
            guard count > 0 else { return nil }
            part.hash.update(Array(bytes[..<count]))
            part.size += UInt64(count)
        }
    }
}
