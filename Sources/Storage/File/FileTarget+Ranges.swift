import CLinux
import Glibc
import Vocabulary

extension FileTarget {
    package func get(_ uri: ObjectURI, _ range: ByteRange) throws(StorageError) -> Int64 { try read(uri, range) { _ in true } }

    /// Through the page cache or past it, as the target is.
    package func read(
        _ uri: ObjectURI, _ range: ByteRange?, _ visit: (UnsafeRawBufferPointer) -> Bool
    ) throws(StorageError) -> Int64 {
        let file = isDirect ? try openDirect(uri, O_RDONLY | O_CLOEXEC, .get) : try open(uri, O_RDONLY | O_CLOEXEC, .get)
        defer { close(file) }
        advise(file, opening: true)
        let memory = useBuffer(of: bodyChunk)
        var end = range.map { $0.offset + $0.length } ?? Int64.max
        // Beyond a file's end the kernel fills with zeros what is asked for past the page cache.
        if isDirect, let size = sizeOf(file) { end = min(end, size) }
        var place = range?.offset ?? 0
        // Past the page cache blocks are read whole.
        var begin = isDirect ? place / Int64(Self.alignment) * Int64(Self.alignment) : place
        var moved: Int64 = 0
        while place < end {
            let wanted = Int(min(Int64(memory.count), end - begin))
            let asked = isDirect ? Self.wholeBlocks(Int64(wanted), atMost: memory.count) : wanted
            let got = pread(file, memory.baseAddress, asked, off_t(begin))
            if got < 0 {
                if errno == EINTR { continue }
                throw failure(errno, .get, uri)
            }
            let skipped = Int(place - begin)
            let useful = min(got, wanted) - skipped
            guard useful > 0 else { break }
            moved += Int64(useful)
            place += Int64(useful)
            begin += Int64(got)
            let goesOn = visit(UnsafeRawBufferPointer(rebasing: memory[skipped..<skipped + useful]))
            // A regular file gives less than asked for only at its end.
            if !goesOn || got < asked { break }
        }
        advise(file, opening: false)
        return moved
    }
}
