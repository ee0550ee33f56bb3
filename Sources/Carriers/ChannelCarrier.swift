import Link
import NIOCore
import NIOPosix
import NIOSSL

/// A carrier over a socket.
struct ChannelCarrier: Carrier {
    let peer: String
    private let channel: NIOAsyncChannel<ReceivedFrame, [UInt8]>

    /// Takes a channel into use, on its event loop.
    init(wrapping channel: any Channel, tls: NIOSSLHandler?, peer: String) throws {
        self.peer = peer
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(tls) }
        try pipeline.addHandler(ByteToMessageHandler(FrameDecoder()))
        try pipeline.addHandler(MessageToByteHandler(FrameEncoder()))
        self.channel = try NIOAsyncChannel(wrappingChannelSynchronously: channel)
    }

    func lend(_ body: (CarrierStream) async throws -> Void) async throws {
        let channel = channel.channel
        try await self.channel.executeThenClose { inbound, outbound in
            var frames = inbound.makeAsyncIterator()
            let stream = CarrierStream(
                read: { try await frames.next() },
                write: { try await outbound.write(contentsOf: $0) },
                abort: { channel.close(mode: .all, promise: nil) })
            try await body(stream)
        }
    }
}

extension LinkError {
    /// What an error of the sockets' means for the link.
    init(from error: any Error) {
        switch error {
        case let error as LinkError: self = error
        case let error as NIOSSLError: self = .keyRejected("\(error)")
        case let error as BoringSSLError: self = .keyRejected("\(error)")
        case is ChannelError, is IOError, is CancellationError: self = .disconnected
        default: self = .unreachable("\(error)")
        }
    }
}
