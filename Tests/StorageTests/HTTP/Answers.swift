import Synchronization
import TestKit

/// A server's fault and, from the second request on, a right answer.
final class Answers: Sendable {
    private let first: ScriptedServer.Answer
    private let asked = Atomic<Int>(0)

    init(_ first: ScriptedServer.Answer) { self.first = first }

    var next: @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer {
        { _ in self.asked.add(1, ordering: .relaxed).newValue == 1 ? self.first : .reply(200, body: "body") }
    }
}
