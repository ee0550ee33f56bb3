import Plans
import Playbooks
import Testing
import Vocabulary

@Suite struct VariableTests {
    private let options = PlaybookOptions(environment: ["DIR": "/tmp/x", "COUNT": "12", "EMPTY": "", "PORT": "2222"])

    @Test("a variable stands in texts and numbers alike, and has a default where it is not set or empty")
    func variables() throws {
        let text = """
            target: "file://${DIR}/${SUB:-deep}/"
            concurrency: ${COUNT}
            duration: "${EMPTY:-5}m"
            workload: [{op: get, path: "${EMPTY}x/*"}]
            """
        let load = try plan(text, options: options).load()
        #expect(load.operations.map(\.uri) == ["file:///tmp/x/deep/x/*"])
        #expect(load.workers == 12)
        #expect(load.duration == .seconds(300))
    }

    @Test("$${ stands for ${ itself, and a dollar alone for itself")
    func escapes() throws {
        let text = """
            target: file:///data/
            distributed:
              agents: [{address: local}]
              stages: [{name: c, type: custom, command: /bin/sh, args: ["-c", "echo $${HOME} $PATH $$ ${COUNT}"]}]
            """
        #expect(
            try plan(text, options: options).work("c")
                == .custom(CustomWork(command: "/bin/sh", arguments: ["-c", "echo ${HOME} $PATH $$ 12"])))
    }

    @Test("a variable in a port makes an address")
    func ports() throws {
        let text = fleet.replacing("{address: h1}", with: "{address: \"h1:${PORT}\"}")
        guard case .ssh(let destination) = try plan(text, options: options).agents[0].reach else { throw WrongWork() }
        #expect(destination.port == 2222)
    }

    @Test("--set puts a value in place of another, into lists, and where there was none")
    func overrides() throws {
        let options = PlaybookOptions(overrides: [
            ("duration", "90"), ("workload[0].path", "y/*"), ("distributed.agents.1.id", "second"), ("distributed.lease", "2m"),
            ("distributed.ssh.user", "x"), ("prepare.ensure_objects", "[{count: 3}]"), ("distributed.stages[0].duration", ""),
        ])
        let made = try plan(fleet, options: options)
        #expect(try made.load().duration == .seconds(90))
        #expect(try made.load().operations.first?.uri == "file:///data/agent-1/y/*")
        #expect(made.agents[1].id.text == "second")
        #expect(made.policy.lease == .seconds(120))
        #expect(try made.load().knownSets.map(\.count) == [3])
    }

    @Test("what --set got wrong is told as its own")
    func wrongOverrides() {
        func told(_ key: String, _ value: String) -> String { problems(fleet, options: PlaybookOptions(overrides: [(key, value)])) }
        #expect(told("durration", "3") == "--set:1:1: error: durration: unknown key\n  fix: did you mean `duration`?")
        #expect(told("distributed.agents[7].id", "x") == "--set:1:1: error: distributed.agents[7].id: there is no entry 7 in a list of 2")
        #expect(told("target.x", "x") == "--set:1:1: error: target.x: `x` cannot be set below a plain value")
        #expect(told("", "x") == "--set:1:1: error: names no key")
        #expect(told("duration", "[1").hasPrefix("--set:"))
        #expect(told("duration", "soon").hasPrefix("--set:1:1: error: duration: should be a duration, not `soon`"))
    }
}
