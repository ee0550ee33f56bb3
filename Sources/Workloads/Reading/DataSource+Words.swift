import Plans
import Storage

// What a word of an object is, without making the object: by it bytes in the wrong place are told.
extension DataSource {
    /// Words of an object that are looked through, at most.
    private static let searchLimit = 4 << 20

    /// The eight bytes at `place`, a multiple of eight; nil where they follow from nothing: filled with zeros, or beyond the object.
    static func word(of content: KnownContent, at place: Int64) -> UInt64? {
        guard content.fill != .zero, place + 8 <= content.size else { return nil }
        let seed = seed(of: content)
        let kept = kept(of: content.size, content.compressFactor)
        guard Int(place) % block + 8 <= kept else { return nil }
        var number = UInt64(place) / 8
        if let period = Repetition.ownBlocks(size: content.size, factor: content.dedupFactor) {
            number %= UInt64(period) * UInt64(block / 8)
        }
        return word(seed, number)
    }

    /// Where in the object those eight bytes belong.
    static func place(of word: UInt64, in content: KnownContent) -> Int64? {
        let seed = seed(of: content)
        let words = min(UInt64(content.size / 8), UInt64(searchLimit))
        guard content.fill != .zero, let number = (0..<words).first(where: { Self.word(seed, $0) == word }) else { return nil }
        return Int64(number * 8)
    }
}

extension ObjectPool {
    /// Objects whose words are looked through, at most.
    private static let searchLimit = 200_000

    /// The name of a planned object that has those eight bytes at `place`.
    func owner(of word: UInt64, at place: Int64) -> String? {
        let uri = ObjectURI()
        for number in 0..<min(count, Self.searchLimit) {
            guard let content = content(number), DataSource.word(of: content, at: place) == word else { continue }
            write(number, to: uri)
            return uri.text
        }
        return nil
    }
}
