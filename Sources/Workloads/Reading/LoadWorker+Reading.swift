import Plans
import Storage
import Vocabulary

// GETs that read parts, or whose objects are held against what was written.
extension LoadWorker {
    func looksCloser(_ place: Int) -> Bool {
        mix.work.verification != .none || parts[place] != nil || rangeReader != nil
    }

    func write(_ object: ReadObject, of place: Int) {
        switch object {
        case .pooled(let number): mix.steps[place].pool?.write(number, to: uri)
        case .fresh(let maker, let number): made[maker].write(number, to: uri)
        }
    }

    /// Reads the object whose name was written.
    func readCloser(_ place: Int, _ object: ReadObject) {
        let pool = mix.steps[place].pool
        let content = content(of: object, place)
        var size = content?.size
        do throws(StorageError) {
            if size == nil, parts[place] != nil || rangeReader != nil { size = try lookUpSize(object, place) }
        } catch {
            return worker.fail(.get, error)
        }
        if mix.work.verification != .none, content == nil { unverified += 1 }
        let range = size.flatMap { parts[place]?.next(of: object, size: $0, &random) }
        perform(.get, at: place) { target throws(StorageError) in
            let moved: Int64
            if let rangeReader, range == nil, let size, rangeReader.splits(size) {
                moved = try rangeReader.read(uri, size: size, content: content, among: pool, with: target)
            } else {
                moved = try reader.read(uri, range, size: size, content: content, among: pool, with: target)
                worker.firstByte = target.firstByte
            }
            return (moved, moved)
        }
    }

    private func content(of object: ReadObject, _ place: Int) -> KnownContent? {
        switch object {
        case .pooled(let number): return mix.steps[place].pool?.content(number)
        case .fresh(let maker, let number): return content(ofPut: maker, number)
        }
    }

    /// What a put of this worker wrote under its name `number`.
    func content(ofPut place: Int, _ number: UInt64) -> KnownContent {
        let operation = mix.steps[place].operation
        let seed = made[place].seed
        let alike = Repetition.group(of: number, factor: operation.dedupFactor)
        return KnownContent(
            size: operation.sizes?.bytes(seed: seed, index: alike) ?? 0, fill: operation.fill, seed: seed, index: number,
            dedupFactor: operation.dedupFactor, compressFactor: operation.compressFactor)
    }

    /// The size of what prepare did not make: asked for once an object, outside of what is timed.
    private func lookUpSize(_ object: ReadObject, _ place: Int) throws(StorageError) -> Int64? {
        guard case .pooled(let number) = object, let sizes = mix.steps[place].sizes else { return nil }
        if let known = sizes[number] { return known }
        let size = try targets[place].stat(uri)
        sizes[number] = size
        return size
    }
}
