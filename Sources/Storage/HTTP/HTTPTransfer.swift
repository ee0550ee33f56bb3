/// The state of one transfer, which libcurl's callbacks read and change on the thread that performs it.
final class HTTPTransfer {
    /// Kept of a body that nobody receives.
    private static let keptLimit = 1 << 20

    private(set) var head: [UInt8] = []
    private(set) var body: [UInt8] = []
    private(set) var received: Int64 = 0
    private(set) var status = 0
    /// The receiver wanted no more.
    private(set) var isEnough = false
    private var receiver: (any HTTPReceiver)?
    private var source: (any ObjectBody)?
    /// What is left of the source's last part.
    private var chunk = UnsafeRawBufferPointer(start: nil, count: 0)
    private var bytes: [UInt8] = []
    private var sent = 0
    private var left: Int64 = 0

    func begin(_ body: HTTPRequest.Body, receiver: (any HTTPReceiver)?) {
        head.removeAll(keepingCapacity: true)
        self.body.removeAll(keepingCapacity: true)
        (received, status, isEnough, sent) = (0, 0, false, 0)
        chunk = UnsafeRawBufferPointer(start: nil, count: 0)
        self.receiver = receiver
        switch body {
        case .none: (source, bytes, left) = (nil, [], 0)
        case .bytes(let bytes): (source, self.bytes, left) = (nil, bytes, Int64(bytes.count))
        case .object(let source, let size): (self.source, bytes, left) = (source, [], size)
        }
    }

    /// Lets go of what was lent for one transfer.
    func end() { (receiver, source, bytes) = (nil, nil, []) }

    /// One line of the response's head; a new status line begins another head, that of the response proper after an interim one.
    func takeHeadLine(_ line: UnsafeRawBufferPointer) {
        if line.starts(with: "HTTP/".utf8) {
            head.removeAll(keepingCapacity: true)
            body.removeAll(keepingCapacity: true)
            received = 0
            status = Int(String(decoding: line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix(3), as: UTF8.self)) ?? 0
        }
        head += line
    }

    /// False ends the transfer.
    func take(_ part: UnsafeRawBufferPointer) -> Bool {
        received += Int64(part.count)
        if let receiver, (200..<300).contains(status) {
            guard receiver.receive(part) else {
                isEnough = true
                return false
            }
        } else {
            body += part.prefix(Self.keptLimit - min(body.count, Self.keptLimit))
        }
        return true
    }

    /// Puts the next bytes to send into `room`; 0 at the end.
    func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = Int(min(left, Int64(room.count)))
        guard count > 0 else { return 0 }
        let given = source == nil ? giveBytes(room, count) : giveObject(room)
        left -= Int64(given)
        return given
    }

    private func giveBytes(_ room: UnsafeMutableRawBufferPointer, _ count: Int) -> Int {
        bytes.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
        sent += count
        return count
    }

    /// Objects give whole chunks, however small the pieces are that libcurl sends.
    private func giveObject(_ room: UnsafeMutableRawBufferPointer) -> Int {
        if chunk.isEmpty, let source { chunk = source.next(Int(min(left, Int64(bodyChunk)))) }
        let count = min(chunk.count, room.count)
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
        chunk = UnsafeRawBufferPointer(rebasing: chunk[count...])
        return count
    }
}
