import CZlib
import Digests
import Glibc

/// A file that is written in gzip's format (RFC 1952), piece by piece, and hashed as it is written.
final class GzipFile {
    private let file: UnsafeMutablePointer<FILE>
    /// At one address for good: zlib remembers it.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var hash = SHA256()
    private(set) var size: Int64 = 0

    /// - Parameter level: of zlib; 0 stores.
    init(path: String, level: Int32) throws {
        guard let file = fopen(path, "wbx") else { throw Failure(errno) }
        self.file = file
        stream.initialize(to: z_stream())
        // 15 + 16: the largest window, gzip's frame instead of zlib's.
        let ready = deflateInit2_(
            stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(ready == Z_OK, "zlib refuses its own defaults: \(ready)")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        fclose(file)
    }

    func write(_ bytes: [UInt8]) throws { try deflate(bytes, Z_NO_FLUSH) }

    /// Ends the file; the SHA-256 of all its bytes, as 64 hexadecimal digits.
    func finish() throws -> String {
        try deflate([], Z_FINISH)
        guard fflush(file) == 0 else { throw Failure(errno) }
        return hexadecimal(hash.digest())
    }

    private func deflate(_ bytes: [UInt8], _ flush: Int32) throws {
        var input = bytes
        var output = [UInt8](repeating: 0, count: 1 << 16)
        try input.withUnsafeMutableBufferPointer { source in
            stream.pointee.next_in = source.baseAddress
            stream.pointee.avail_in = UInt32(source.count)
            repeat {
                let room = output.count
                let made = output.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    _ = CZlib.deflate(stream, flush)
                    return room - Int(stream.pointee.avail_out)
                }
                hash.update(Array(output[..<made]))
                size += Int64(made)
                guard fwrite(output, 1, made, file) == made else { throw Failure(errno) }
            } while stream.pointee.avail_out == 0
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ number: Int32) { description = String(cString: strerror(number)) }
    }
}
