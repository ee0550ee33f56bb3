import Glibc

/// A file of byte records: eight bytes `MUSTREC1`, then for each record its length (4 bytes, little-endian) and its bytes.
///
/// It is only ever appended to; a last record that is not whole was being written when its writer died, and is left out.
package enum RecordFile {
    static let magic = Array("MUSTREC1".utf8)
    /// Bytes of one record.
    package static let limit = 64 << 20

    /// Writes records to a new file.
    package final class Writer {
        private let file: OutputFile

        package init(_ path: String) throws(ResultsError) {
            file = try OutputFile(path, .createNew)
            try file.append(RecordFile.magic)
        }

        /// Goes on with the file where there is one; a last record that is not whole is cut off.
        package init(appendingTo path: String) throws(ResultsError) {
            var whole = 0
            if let reader = try Reader(path) {
                whole = RecordFile.magic.count
                while let record = try reader.next() { whole += 4 + record.count }
            }
            file = try OutputFile(path, .appendTo, permissions: 0o600)
            try file.truncate(to: whole)
            if whole == 0 { try file.append(RecordFile.magic) }
        }

        package func append(_ record: [UInt8]) throws(ResultsError) {
            precondition(record.count <= RecordFile.limit, "a record has at most 64 MiB")
            let length = UInt32(record.count)
            try file.append((0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + record)
        }
    }

    /// Reads records one after the other, so that a long file does not fill the memory.
    package final class Reader {
        private let path: String
        private let stream: UnsafeMutablePointer<FILE>

        /// nil where there is no such file, or only the beginning of one.
        package init?(_ path: String) throws(ResultsError) {
            guard let stream = fopen(path, "re") else {
                if errno == ENOENT { return nil }
                throw .file(verb: "open", path: path, why: systemError())
            }
            self.path = path
            self.stream = stream
            guard let magic = read(RecordFile.magic.count) else { return nil }
            guard magic == RecordFile.magic else { throw .records(path: path, why: "it does not begin with MUSTREC1") }
        }

        deinit { fclose(stream) }

        /// The next whole record; nil at the end.
        package func next() throws(ResultsError) -> [UInt8]? {
            guard let prefix = read(4) else { return nil }
            let length = prefix.reversed().reduce(0) { $0 << 8 | Int($1) }
            guard length <= RecordFile.limit else { throw .records(path: path, why: "a record of \(length) bytes") }
            return read(length)
        }

        private func read(_ count: Int) -> [UInt8]? {
            guard count > 0 else { return [] }
            var bytes: [UInt8] = []
            // Grown as it comes: a length in a broken file must not take memory that its bytes do not back.
            while bytes.count < count {
                var piece = [UInt8](repeating: 0, count: min(count - bytes.count, 1 << 20))
                let got = fread(&piece, 1, piece.count, stream)
                if got == 0 { return nil }
                bytes += piece[..<got]
            }
            return bytes
        }
    }

    /// All whole records; none where there is no file.
    package static func read(_ path: String) throws(ResultsError) -> [[UInt8]] {
        var records: [[UInt8]] = []
        guard let reader = try Reader(path) else { return [] }
        while let record = try reader.next() { records.append(record) }
        return records
    }
}
