import CZlib

/// `bytes` in gzip's format (RFC 1952) at a level of zlib's: what every host can unpack without anything installed.
func gzip(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    var stream = z_stream()
    // 15 + 16: the largest window, gzip's frame instead of zlib's.
    let ready = deflateInit2_(
        &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(ready == Z_OK, "zlib refuses its own defaults: \(ready)")
    defer { deflateEnd(&stream) }
    precondition(bytes.count <= Int(UInt32.max), "zlib counts its input in 32 bits")
    var input = bytes
    return input.withUnsafeMutableBufferPointer { source in
        [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(source.count)))) { target, count in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            let end = deflate(&stream, Z_FINISH)
            precondition(end == Z_STREAM_END, "deflateBound is enough for one call, says zlib: \(end)")
            count = Int(stream.total_out)
        }
    }
}
