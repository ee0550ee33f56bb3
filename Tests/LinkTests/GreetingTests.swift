import Link
import Testing
import Vocabulary

@Suite struct GreetingTests {
    private func identity(token: String = "secret") throws -> LinkIdentity {
        LinkIdentity(run: try #require(RunID("run-1")), agent: AgentID(number: 1), token: Secret(token))
    }

    @Test("A link's other end is known by version, run, agent and token")
    func rightGreeting() throws {
        #expect(try identity().judge(identity().greeting(build: "any", lastReceived: 0)) == nil)
    }

    @Test("A wrong version, run, agent or token is named, and the token never is")
    func wrongGreetings() throws {
        let ours = try identity()
        let right = ours.greeting(build: "any", lastReceived: 0)
        func judged(_ change: (inout Greeting) -> Void) -> Unwelcome? {
            var greeting = right
            change(&greeting)
            return ours.judge(greeting)
        }
        #expect(judged { $0.version = 9 } == .version(theirs: 9, ours: LinkProtocol.version))
        #expect(judged { $0.run = "run-2" } == .run(theirs: "run-2", ours: ours.run))
        #expect(judged { $0.agent = "agent-2" } == .agent(theirs: "agent-2", ours: ours.agent))
        for token in ["", "secre", "secreT", "secrets"] {
            let unwelcome = judged { $0.token = Secret(token) }
            #expect(unwelcome == .token)
            #expect("\(try #require(unwelcome))" == "wrong token")
        }
    }

    @Test("A stranger's text is made fit for a log")
    func printable() throws {
        let text = "\(Unwelcome.unknownAgent("\u{1b}[2J" + String(repeating: "x", count: 500)))"
        #expect(text.count < 200)
        #expect(text.hasPrefix("no agent '?[2J"))
    }

    @Test("Names that cannot be names, and no token, are nobody's claim")
    func claims() throws {
        var greeting = try identity().greeting(build: "b", lastReceived: 0)
        #expect(try LinkIdentity(claimedBy: greeting) == identity())
        greeting.run = "../x"
        #expect(LinkIdentity(claimedBy: greeting) == nil)
    }
}
