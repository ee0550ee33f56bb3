import Link
import Synchronization
import Vocabulary

/// Connections within one process: a dialler and a doorway with queues between them, for tests and the simulation.
package final class MemoryExchange: Dialer, Doorway {
    private let arrivals = MemoryQueue<MemoryCarrier>(limit: 64)
    private let carriers = Mutex<[MemoryCarrier]>([])

    package init() {}

    package func dial() async throws -> any Carrier {
        let (near, far) = MemoryCarrier.pair()
        carriers.withLock { $0 = [near, far] }
        try await arrivals.append(far)
        return near
    }

    package func admit(_ serve: @escaping @Sendable (any Carrier) async -> Void) async throws {
        await withDiscardingTaskGroup { group in
            while let carrier = await arrivals.next() {
                group.addTask { await serve(carrier) }
            }
            group.cancelAll()
        }
    }

    /// Cuts the newest connection, with everything that is under way in it.
    package func cut() {
        for carrier in carriers.withLock({ $0 }) { carrier.cut() }
    }
}

/// One end of a pair of queues.
struct MemoryCarrier: Carrier {
    let peer = "memory"
    let needsKey = false
    private let incoming: MemoryQueue<ReceivedFrame>
    private let outgoing: MemoryQueue<ReceivedFrame>

    static func pair() -> (MemoryCarrier, MemoryCarrier) {
        let (a, b) = (MemoryQueue<ReceivedFrame>(limit: 64), MemoryQueue<ReceivedFrame>(limit: 64))
        return (MemoryCarrier(incoming: a, outgoing: b), MemoryCarrier(incoming: b, outgoing: a))
    }

    func lend(_ body: (CarrierStream) async throws -> Void) async throws {
        let (incoming, outgoing) = (incoming, outgoing)
        defer { cut() }
        try await body(
            CarrierStream(
                read: { await incoming.next() },
                write: { frames in
                    for frame in frames { try await outgoing.append(ReceivedFrame(bytes: frame, at: SystemClock.now)) }
                },
                abort: { [self] in cut() }))
    }

    func cut() {
        incoming.close()
        outgoing.close()
    }
}

/// A bounded queue between two tasks.
final class MemoryQueue<Element: Sendable>: Sendable {
    private let limit: Int
    private let contents = Mutex<(elements: [Element], isClosed: Bool)>(([], false))
    private let bell = Bell()

    init(limit: Int) { self.limit = limit }

    /// Waits while the queue is full; throws once it is closed.
    func append(_ element: Element) async throws {
        while true {
            let rings = bell.rings
            let isTaken = try contents.withLock { contents in
                guard !contents.isClosed else { throw LinkError.disconnected }
                guard contents.elements.count < limit else { return false }
                contents.elements.append(element)
                return true
            }
            if isTaken { return bell.ring() }
            await bell.wait(after: rings)
            try Task.checkCancellation()
        }
    }

    /// nil once the queue is closed, or in a cancelled task.
    func next() async -> Element? {
        while true {
            let rings = bell.rings
            let (element, isClosed) = contents.withLock { contents in
                let hasOne = !contents.isClosed && !contents.elements.isEmpty
                return (hasOne ? contents.elements.removeFirst() : nil, contents.isClosed)
            }
            if let element {
                bell.ring()
                return element
            }
            if isClosed || Task.isCancelled { return nil }
            await bell.wait(after: rings)
        }
    }

    /// What is in the queue is lost, as on a line that is cut.
    func close() {
        contents.withLock { $0 = ([], true) }
        bell.ring()
    }
}
