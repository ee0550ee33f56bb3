import Digests
import Link
import Results
import Vocabulary

/// Takes in the files of one agent, over whichever way they come, and knows whether all are there and whole.
///
/// A file may begin again from its first byte (the way was changed); its pieces then replace those that came before.
struct ResultReceiver {
    private let intake: ResultIntake
    private var hashing: [String: (hash: SHA256, next: UInt64)] = [:]
    private var verified: [String: UInt64] = [:]
    /// The first thing that went wrong, in words; later ones are likely its consequence.
    private(set) var trouble: String?
    private(set) var isAtEnd = false

    init(intake: ResultIntake) { self.intake = intake }

    var files: Int { verified.count }
    var bytes: UInt64 { verified.values.reduce(0, +) }
    /// All files are home and have the checksums that their sender computed.
    var isComplete: Bool { isAtEnd && trouble == nil }

    /// Begins anew with another way of travelling.
    mutating func restart() {
        hashing = [:]
        verified = [:]
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

    mutating func end(files: Int, bytes: UInt64) {
        isAtEnd = true
        if files != self.files || bytes != self.bytes {
            note("\(self.files) of \(files) files came home whole, \(self.bytes) of \(bytes) bytes")
        }
    }

    private mutating func place(_ piece: ResultPiece) throws {
        var state = piece.offset == 0 ? (hash: SHA256(), next: UInt64(0)) : hashing[piece.path] ?? (hash: SHA256(), next: .max)
        guard state.next == piece.offset else {
            return note("\(piece.path): a piece at \(piece.offset) where \(state.next) was expected")
        }
        try intake.place(piece.path, offset: Int64(piece.offset), piece.bytes)
        state.hash.update(piece.bytes)
        state.next += UInt64(piece.bytes.count)
        hashing[piece.path] = state
        guard piece.isLast else { return }
        hashing[piece.path] = nil
        guard state.hash.digest() == piece.sha256 else { return note("\(piece.path): its checksum is wrong") }
        try intake.finish(piece.path, size: Int64(piece.size))
        verified[piece.path] = piece.size
    }

    private mutating func note(_ text: String) {
        if trouble == nil { trouble = text }
    }
}
