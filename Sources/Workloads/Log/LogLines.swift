import CZstd
import Glibc

/// The lines of an operation log, one after the other; compressed by zstd or not, as its first bytes say.
///
/// Belongs to one thread.
package final class LogLines {
    package enum Failure: Error, CustomStringConvertible {
        case cannotRead(path: String, why: String)

        package var description: String {
            switch self {
            case .cannotRead(let path, let why): "cannot read \(path): \(why)"
            }
        }
    }

    private static let chunk = 1 << 17

    private let path: String
    private let file: Int32
    private let context: OpaquePointer?
    private var input = [UInt8](repeating: 0, count: chunk)
    /// Bytes of `input` that are there, and that were decompressed already.
    private var (inputCount, inputPlace) = (0, 0)
    private var text: [UInt8] = []
    private var place = 0
    private var isInFrame = false
    private var hasEnded = false

    package init(_ path: String) throws(Failure) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .cannotRead(path: path, why: String(cString: strerror(errno))) }
        var magic = [UInt8](repeating: 0, count: 4)
        let isCompressed = pread(file, &magic, 4, 0) == 4 && magic == [0x28, 0xb5, 0x2f, 0xfd]
        context = isCompressed ? ZSTD_createDCtx() : nil
    }

    deinit {
        close(file)
        ZSTD_freeDCtx(context)
    }

    /// The next line without its end; nil after the last. A last line without an end is one.
    package func next() throws(Failure) -> ArraySlice<UInt8>? {
        while true {
            if let end = text[place...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { place = end + 1 }
                return text[place..<end]
            }
            guard try fill() else {
                guard place < text.count else { return nil }
                defer { place = text.count }
                return text[place...]
            }
        }
    }

    /// Adds more text; false at the end of the file.
    private func fill() throws(Failure) -> Bool {
        text.removeFirst(place)
        place = 0
        let before = text.count
        while text.count == before {
            if inputPlace == inputCount, !hasEnded { try readMore() }
            if inputPlace == inputCount, hasEnded {
                if isInFrame { throw .cannotRead(path: path, why: "it ends in the middle of a frame") }
                return false
            }
            try decompress()
        }
        return true
    }

    private func readMore() throws(Failure) {
        let got = read(file, &input, input.count)
        guard got >= 0 else { throw .cannotRead(path: path, why: String(cString: strerror(errno))) }
        (inputCount, inputPlace) = (got, 0)
        hasEnded = got == 0
    }

    private func decompress() throws(Failure) {
        guard let context else {
            text += input[inputPlace..<inputCount]
            inputPlace = inputCount
            return
        }
        let old = text.count
        let room = 4 * Self.chunk
        text.append(contentsOf: repeatElement(0, count: room))
        var (made, rest) = (0, 0)
        input.withUnsafeBytes { bytes in
            text.withUnsafeMutableBytes { memory in
                var source = ZSTD_inBuffer(src: bytes.baseAddress, size: inputCount, pos: inputPlace)
                var target = ZSTD_outBuffer(dst: memory.baseAddress.map { $0 + old }, size: room, pos: 0)
                rest = ZSTD_decompressStream(context, &target, &source)
                (made, inputPlace) = (target.pos, source.pos)
            }
        }
        text.removeLast(room - made)
        if ZSTD_isError(rest) != 0 { throw .cannotRead(path: path, why: String(cString: ZSTD_getErrorName(rest))) }
        isInFrame = rest != 0
    }
}
