import Synchronization
import Vocabulary

/// The gates before all sshds that this client logs in to: a line of callers before each.
final class Gates: Sendable {
    private struct Line {
        var gate = StartGate()
        var waiting: [Answer<Void>] = []

        /// Those who may go now.
        mutating func admit() -> [Answer<Void>] {
            var admitted: [Answer<Void>] = []
            while gate.hasRoom, !waiting.isEmpty {
                gate.enter()
                admitted.append(waiting.removeFirst())
            }
            return admitted
        }
    }

    private let lines = Mutex<[String: Line]>([:])

    /// Does `login` when its turn has come, again where the sshd at `door` drops it, for at most `patience` from its first try on.
    ///
    /// `door` names the sshd: where it is, and by which way it is reached.
    func pass<T: Sendable>(
        _ door: String, place: String, patience: Duration, _ login: () async throws(SSHError) -> T
    ) async throws(SSHError) -> T {
        var time = 0
        var end: Moment?
        while true {
            try await enter(door, place)
            let limit = end ?? SystemClock.now + patience
            end = limit
            do throws(SSHError) {
                let result = try await login()
                leave(door, greeted: true)
                return result
            } catch {
                time += 1
                guard error.isDrop, SystemClock.now < limit, let pause = dropped(door, time) else {
                    if !error.isDrop { leave(door, greeted: error.isAfterGreeting) }
                    throw error
                }
                do { try await Task.sleep(for: pause) } catch { throw SSHError.cancelled(place: place) }
            }
        }
    }

    private func enter(_ door: String, _ place: String) async throws(SSHError) {
        let answer = Answer<Void>()
        let admitted = change(door) { $0.waiting.append(answer) }
        for one in admitted where !one.give(.success(())) { leave(door, greeted: false) }
        try await answer.value { answer.give(.failure(.cancelled(place: place))) }
    }

    private func leave(_ door: String, greeted: Bool) { admit(door) { $0.gate.leave(greeted: greeted) } }

    private func dropped(_ door: String, _ time: Int) -> Duration? {
        var pause: Duration?
        admit(door) { pause = $0.gate.dropped(time: time, at: SystemClock.now, chance: .random(in: 0..<1)) }
        return pause
    }

    private func admit(_ door: String, _ event: (inout Line) -> Void) {
        for one in change(door, event) where !one.give(.success(())) {
            // Its caller was cancelled while it stood in line.
            leave(door, greeted: false)
        }
    }

    private func change(_ door: String, _ event: (inout Line) -> Void) -> [Answer<Void>] {
        lines.withLock { lines in
            event(&lines[door, default: Line()])
            return lines[door]?.admit() ?? []
        }
    }
}

extension SSHError {
    /// The host took the connection and ended it before it said anything: what a sshd with too many logins at once does.
    var isDrop: Bool {
        if case .dropped = self { true } else { false }
    }

    /// The host had greeted before it went wrong.
    fileprivate var isAfterGreeting: Bool {
        switch self {
        case .keyExchangeFailed, .hostKeyUnknown, .hostKeyChanged, .hostKeyRevoked, .loginRefused: true
        default: false
        }
    }
}
