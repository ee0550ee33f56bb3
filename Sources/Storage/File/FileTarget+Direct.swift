import CLinux
import Glibc
import Vocabulary

// O_DIRECT: what moves past the page cache, in memory, offsets and lengths that are multiples of a block.
extension FileTarget {
    /// Of memory, offsets and lengths; every block device takes it.
    static let alignment = 4096
    /// What is moved at once of a file above `largeFrom`.
    static let directChunk = 4 << 20
    static let largeFrom: Int64 = 8 << 20

    func openDirect(_ uri: ObjectURI, _ flags: Int32, _ operation: OperationKind) throws(StorageError) -> Int32 {
        let name = try path(uri, operation)
        while true {
            let file = muster_open_direct(name, flags, 0o666)
            if file >= 0 { return file }
            if errno == EINVAL { throw cannotBypass(operation, uri) }
            if errno != EINTR { throw failure(errno, operation, uri) }
        }
    }

    func cannotBypass(_ operation: OperationKind, _ uri: ObjectURI) -> StorageError {
        StorageError(
            .unsupported, operation, uri: uri.text, why: "this file system has no I/O past the page cache (O_DIRECT); file:// works there")
    }

    /// So many bytes, at least one, in whole blocks.
    static func wholeBlocks(_ count: Int64, atMost limit: Int) -> Int {
        min(limit, (Int(clamping: max(count, 1)) + alignment - 1) / alignment * alignment)
    }

    /// The last block is written whole, and the file then cut to its size.
    func putDirect(_ uri: ObjectURI, size: Int64, body: any ObjectBody) throws(StorageError) {
        let file = try createDirect(uri)
        let large = size > Self.largeFrom
        var (done, failed): (Int64, Int32?) = (0, nil)
        while done < size, failed == nil {
            let chunk =
                large
                ? gather(min(size - done, Int64(Self.directChunk)), body) : aligned(body.next(Int(min(size - done, Int64(bodyChunk)))))
            failed = write(chunk, to: file)
            done += Int64(chunk.count)
        }
        if failed == nil, done > size, ftruncate(file, off_t(size)) != 0 { failed = errno }
        if close(file) != 0, failed == nil { failed = errno }
        if let failed { throw failed == EINVAL ? cannotBypass(.put, uri) : failure(failed, .put, uri) }
    }

    private func createDirect(_ uri: ObjectURI) throws(StorageError) -> Int32 {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
        do {
            return try openDirect(uri, flags, .put)
        } catch {
            guard error.kind == .notFound else { throw error }
            try makeParents(of: uri, for: .put)
            return try openDirect(uri, flags, .put)
        }
    }

    /// Several pieces of the body as one, with zeros up to a whole block.
    private func gather(_ count: Int64, _ body: any ObjectBody) -> UnsafeRawBufferPointer {
        let memory = useBuffer(of: Self.directChunk)
        var done = 0
        while done < Int(count) {
            let piece = body.next(min(Int(count) - done, bodyChunk))
            UnsafeMutableRawBufferPointer(rebasing: memory[done...]).copyMemory(from: piece)
            done += piece.count
        }
        return padded(memory, done)
    }

    /// The piece itself where it is in whole blocks, else a copy with zeros up to one.
    private func aligned(_ piece: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if piece.count % Self.alignment == 0, Int(bitPattern: piece.baseAddress) % Self.alignment == 0 { return piece }
        let memory = useBuffer(of: bodyChunk)
        memory.copyMemory(from: piece)
        return padded(memory, piece.count)
    }

    private func padded(_ memory: UnsafeMutableRawBufferPointer, _ count: Int) -> UnsafeRawBufferPointer {
        let whole = (count + Self.alignment - 1) / Self.alignment * Self.alignment
        if whole > count { UnsafeMutableRawBufferPointer(rebasing: memory[count..<whole]).initializeMemory(as: UInt8.self, repeating: 0) }
        return UnsafeRawBufferPointer(rebasing: memory[..<whole])
    }
}
