import Link
import NIOCore
import Vocabulary

/// Cuts bytes off a channel into frames; an over-long one ends the channel before it is read.
struct FrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = ReceivedFrame
    private var isFirst = true

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let header = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return .needMoreData }
        let length = try Framing.length(header: header, isFirst: isFirst)
        guard buffer.readableBytes >= MemoryLayout<UInt32>.size + length else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: MemoryLayout<UInt32>.size)
        guard let bytes = buffer.readBytes(length: length) else { return .needMoreData }
        isFirst = false
        context.fireChannelRead(wrapInboundOut(ReceivedFrame(bytes: bytes, at: SystemClock.now)))
        return .continue
    }

    /// What is left of a frame when the stream ends is nobody's.
    mutating func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws -> DecodingState {
        try decode(context: context, buffer: &buffer)
    }
}

struct FrameEncoder: MessageToByteEncoder {
    typealias OutboundIn = [UInt8]

    func encode(data: [UInt8], out: inout ByteBuffer) {
        out.writeInteger(Framing.header(count: data.count))
        out.writeBytes(data)
    }
}
