import Plans
import Storage
import Vocabulary

/// Reads objects for one thread, and holds what comes against what is known of them, as far as `verify` asks.
final class ObjectReader {
    /// Differences whose cause is looked for, at most: that takes milliseconds.
    private static let explainedLimit = 10

    private let verification: Verification
    private let check: ContentCheck?
    private var explained = 0

    init(_ verification: Verification) {
        self.verification = verification
        check = verification == .checksum ? ContentCheck() : nil
    }

    /// Reads an object or a part of it, and returns how many bytes there were.
    ///
    /// `size`: the object's, where it is known; `content`: what was written; `others`: whose bytes wrong ones may be.
    func read(
        _ uri: ObjectURI, _ range: ByteRange?, size: Int64?, content: KnownContent?, among others: ObjectPool?,
        with target: any StorageTarget
    ) throws(StorageError) -> Int64 {
        let moved: Int64
        if let check, let content {
            check.begin(content, range)
            moved = try target.read(uri, range) { part in
                check.take(part)
                return true
            }
        } else if let range {
            moved = try target.get(uri, range)
        } else {
            moved = try target.get(uri)
        }
        try expect(moved, range, size, uri)
        if let check, let content, let difference = check.difference {
            throw StorageError(.integrity, .get, uri: uri.text, why: explain(difference, content, others))
        }
        return moved
    }

    /// Of a part as many bytes must come as the object has of it; of a whole object more than none, or all, as is asked.
    private func expect(_ moved: Int64, _ range: ByteRange?, _ size: Int64?, _ uri: ObjectURI) throws(StorageError) {
        guard let size else { return }
        let wanted = range?.length(within: size) ?? size
        guard moved != wanted, range != nil || verification != .none || moved == 0 else { return }
        let what = moved == 0 ? "read nothing of \(wanted) bytes" : "read \(moved) bytes instead of \(wanted)"
        throw StorageError(.integrity, .get, uri: uri.text, why: what)
    }

    private func explain(_ difference: ContentCheck.Difference, _ content: KnownContent, _ others: ObjectPool?) -> String {
        var text = "its bytes are not those that were written, from byte \(difference.place) on"
        guard let word = difference.word, explained < Self.explainedLimit else { return text }
        explained += 1
        if word.bytes == 0 {
            text += ": there are zeros"
        } else if let place = DataSource.place(of: word.bytes, in: content) {
            text += ": there is what belongs at byte \(place)"
        } else if let name = others?.owner(of: word.bytes, at: word.place) {
            text += ": there is what belongs into \(name)"
        } else {
            text += ": there is what this playbook writes nowhere (an earlier object of that name? force_overwrite makes it anew)"
        }
        return text
    }
}
