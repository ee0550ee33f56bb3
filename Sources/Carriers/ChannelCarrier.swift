import Link
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A carrier over a socket.
struct ChannelCarrier: Carrier {
    let peer: String
    let needsKey: Bool
    private let channel: NIOAsyncChannel<ReceivedFrame, [UInt8]>
    private let trouble: Trouble

    /// Takes a channel into use, on its event loop.
    init(wrapping channel: any Channel, tls: NIOSSLHandler?, peer: String) throws {
        self.peer = peer
        needsKey = tls != nil
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(tls) }
        let trouble = Trouble()
        self.trouble = trouble
        try pipeline.addHandler(TroubleKeeper(trouble))
        try pipeline.addHandler(ByteToMessageHandler(FrameDecoder()))
        try pipeline.addHandler(MessageToByteHandler(FrameEncoder()))
        self.channel = try NIOAsyncChannel(wrappingChannelSynchronously: channel)
    }

    func lend(_ body: (CarrierStream) async throws -> Void) async throws {
        let channel = channel.channel
        let trouble = trouble
        try await self.channel.executeThenClose { inbound, outbound in
            var frames = inbound.makeAsyncIterator()
            let stream = CarrierStream(
                read: {
                    if let frame = try await frames.next() { return frame }
                    if let error = trouble.first { throw error }
                    return nil
                },
                write: { try await outbound.write(contentsOf: $0) },
                abort: { channel.close(mode: .all, promise: nil) })
            try await body(stream)
        }
    }
}

/// The first error of a channel. A handshake that fails also ends the stream, and whichever is seen first, the error is what happened.
private final class Trouble: Sendable {
    private let kept = Mutex<(any Error)?>(nil)
    var first: (any Error)? { kept.withLock { $0 } }
    func keep(_ error: any Error) { kept.withLock { kept in if kept == nil { kept = error } } }
}

private final class TroubleKeeper: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    private let trouble: Trouble
    init(_ trouble: Trouble) { self.trouble = trouble }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        trouble.keep(error)
        context.fireErrorCaught(error)
    }
}
