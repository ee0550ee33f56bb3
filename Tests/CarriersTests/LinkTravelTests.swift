import Carriers
import Link
import TestKit
import Testing
import Vocabulary

@Suite(.serialized) struct LinkTravelTests {
    @Test("Orders and reports travel every way, whoever dials", arguments: Way.allCases)
    func everyWay(way: Way) async throws {
        try await withEnds(way) { ends in
            try await ends.controller.send(.begin(StageOrder(2), epoch: 1, at: Moment(nanoseconds: 5)))
            #expect(await ends.agent.nextMessage() == .begin(StageOrder(2), epoch: 1, at: Moment(nanoseconds: 5)))
            try await ends.agent.send(.stopped)
            #expect(await ends.controller.nextMessage() == .stopped)
            try await ends.controller.send(.ping(id: 7, sentAt: SystemClock.now))
            guard case .ping(7, let sentAt) = await ends.agent.nextMessage() else { throw Unexpected() }
            #expect(sentAt <= SystemClock.now)
        }
    }

    @Test("Both ends learn who the other is", arguments: [Way.unix, .tls, .tlsFromAgent])
    func peersAreKnown(way: Way) async throws {
        try await withEnds(way) { ends in
            guard case .up(let agent) = await ends.controller.next() else { throw Unexpected() }
            guard case .up(let controller) = await ends.agent.next() else { throw Unexpected() }
            #expect(agent.build == "agent" && agent.agent == "agent-1")
            #expect(controller.build == "controller")
        }
    }

    @Test("Ten thousand messages each way, cut again and again: each arrives once and in order", arguments: Way.allCases)
    func cutAgainAndAgain(way: Way) async throws {
        let count = 10_000
        try await withEnds(way) { ends in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<count { try await ends.agent.send(.resultsEnd(files: number, bytes: 1)) }
                }
                group.addTask {
                    for number in 0..<count { try await ends.controller.send(.stop(why: "\(number)")) }
                }
                group.addTask {
                    for number in 0..<count {
                        let order = await ends.agent.nextMessage()
                        try #require(order == .stop(why: "\(number)"))
                        if number % 700 == 350 { ends.dialer.cut() }
                    }
                }
                group.addTask {
                    for number in 0..<count {
                        let report = await ends.controller.nextMessage()
                        try #require(report == .resultsEnd(files: number, bytes: 1))
                        if number % 900 == 0 { ends.dialer.cut() }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("Result files stream through the window and through cuts, byte for byte", arguments: [Way.descriptor, .tls])
    func files(way: Way) async throws {
        let pieces = 100
        let size = UInt64(pieces * ResultPiece.byteLimit)
        try await withEnds(way) { ends in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<pieces {
                        let bytes = [UInt8](repeating: UInt8(number), count: ResultPiece.byteLimit)
                        let offset = UInt64(number * ResultPiece.byteLimit)
                        try await ends.agent.send(
                            .file(ResultPiece(path: "a/b", offset: offset, bytes: bytes, size: size, isLast: number == pieces - 1)))
                    }
                    try await ends.agent.flush()
                }
                group.addTask {
                    var offset: UInt64 = 0
                    while offset < size, case .file(let piece) = await ends.controller.nextMessage() {
                        try #require(piece.offset == offset)
                        try #require(piece.bytes.allSatisfy { $0 == UInt8(offset / UInt64(ResultPiece.byteLimit)) })
                        offset += UInt64(piece.bytes.count)
                        if offset / UInt64(ResultPiece.byteLimit) % 25 == 0 { ends.dialer.cut() }
                    }
                    #expect(offset == size)
                    // Asking for the next says that the last one has been dealt with, which is what `flush` waits for.
                    _ = await ends.controller.next()
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    @Test("A flushed message has been dealt with at the other end")
    func flush() async throws {
        try await withEnds(.unix) { ends in
            try await ends.agent.send(.leaving(why: "done"))
            async let flushed: Void = ends.agent.flush()
            #expect(await ends.controller.nextMessage() == .leaving(why: "done"))
            async let rest = ends.controller.nextMessage()
            try await flushed
            ends.controller.close()
            #expect(await rest == nil)
        }
    }

    @Test("A closed link takes nothing more, and its reader comes to an end")
    func closed() async throws {
        try await withEnds(.memory) { ends in
            guard case .up = await ends.controller.next() else { throw Unexpected() }
            ends.controller.close()
            await #expect(throws: LinkError.closed) { try await ends.controller.send(.collect()) }
            var last: LinkEvent<Report>?
            while let event = await ends.controller.next() { last = event }
            if let last, case .down(let why) = last { #expect(why == .closed) }
        }
    }
}

struct Unexpected: Error {}
