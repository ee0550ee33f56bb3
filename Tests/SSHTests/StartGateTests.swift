import TestKit
import Testing
import Vocabulary

@testable import SSH

@Suite("The gate before a sshd")
struct StartGateTests {
    private let now = SystemClock.now

    @Test("lets ten through at once, and more as logins succeed")
    func opens() {
        var gate = StartGate()
        var entered = 0
        while gate.hasRoom {
            gate.enter()
            entered += 1
        }
        #expect(entered == 10)
        for _ in 0..<10 { gate.leave(greeted: true) }
        #expect(gate.isIdle)
        for _ in 0..<200 {
            gate.enter()
            gate.leave(greeted: true)
        }
        for _ in 0..<20 { gate.enter() }
        #expect(gate.hasRoom)
    }

    @Test("is half as wide after a burst of drops, and then never again as wide as what was too much")
    func narrows() {
        var gate = StartGate()
        for _ in 0..<10 { gate.enter() }
        for _ in 0..<5 { #expect(gate.dropped(time: 1, at: now, chance: 0.5) != nil) }
        for _ in 0..<5 { gate.leave(greeted: true) }
        for _ in 0..<5 { gate.enter() }
        #expect(!gate.hasRoom)
        for _ in 0..<5 { gate.leave(greeted: true) }
        for _ in 0..<1_000 {
            gate.enter()
            gate.leave(greeted: true)
        }
        for _ in 0..<9 { gate.enter() }
        #expect(!gate.hasRoom)
    }

    @Test("waits longer with each drop, and gives up a port that never greets")
    func gives() {
        var gate = StartGate()
        var pauses: [Duration?] = []
        for time in 1...5 {
            gate.enter()
            pauses.append(gate.dropped(time: time, at: now, chance: 0))
        }
        #expect(pauses == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), nil])
    }
}

@Suite("Many logins to one sshd", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"), .serialized)
struct ManyLoginsTests {
    @Test("with default limits: two hundred of two hundred")
    func twoHundred() async throws {
        try await withLoopbackSSHD(["MaxStartups 10:30:100"]) { server in
            try await withClient { client in
                let targets = Array(repeating: server.target(timeout: .seconds(30)), count: 200)
                #expect(await connectAll(targets, client).compactMap { $0 } == [])
            }
        }
    }

    @Test("that bears two at once: all the same")
    func narrow() async throws {
        try await withLoopbackSSHD(["MaxStartups 2"]) { server in
            try await withClient { client in
                let targets = Array(repeating: server.target(timeout: .seconds(30)), count: 40)
                #expect(await connectAll(targets, client).compactMap { $0 } == [])
            }
        }
    }
}
