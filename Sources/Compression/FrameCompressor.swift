import CZstd
import Glibc

/// Bytes on their way into a file: as they are, or in frames of zstd, so that whatever of the file ends with a frame can be read.
///
/// Belongs to one thread.
package final class FrameCompressor {
    private let context: OpaquePointer?
    private var output: [UInt8]
    /// What is ready to be written.
    package private(set) var pending: [UInt8] = []

    /// nil: the bytes stay as they are. `level`: 1 to 22.
    package init(level: Int?) {
        output = [UInt8](repeating: 0, count: level == nil ? 0 : ZSTD_CStreamOutSize())
        context = level == nil ? nil : ZSTD_createCCtx()
        if let context, let level { _ = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(min(max(level, 1), 22))) }
    }

    deinit { ZSTD_freeCCtx(context) }

    package func add(_ bytes: [UInt8]) { compress(bytes, ZSTD_e_continue) }

    /// Ends the frame: what was added until now stands in `pending`.
    package func finishFrame() { compress([], ZSTD_e_end) }

    package func takePending() -> [UInt8] {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending
    }

    private func compress(_ bytes: [UInt8], _ mode: ZSTD_EndDirective) {
        guard let context else {
            pending += bytes
            return
        }
        bytes.withUnsafeBytes { input in
            var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
            var rest = 1
            while source.pos < source.size || (mode == ZSTD_e_end && rest != 0) {
                output.withUnsafeMutableBytes { room in
                    var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                    rest = ZSTD_compressStream2(context, &target, &source, mode)
                    pending.append(contentsOf: room[..<target.pos])
                }
                // Cannot happen with a context and buffers of our own; the loop must end nevertheless.
                if ZSTD_isError(rest) != 0 { return }
            }
        }
    }
}
