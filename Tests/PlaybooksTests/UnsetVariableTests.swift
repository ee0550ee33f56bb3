import Testing
import Vocabulary

@testable import Playbooks

/// `${VAR}` of a variable that is not set: one problem a use, and nothing that only follows from it.
@Suite struct UnsetVariableTests {
    @Test("behind any key it is one problem, and no other", arguments: KeyMutationTests.keys.map(\.path))
    func alone(path: String) throws {
        let text = try KeyMutationTests.playbook(with: path, value: "${UNSET}").text
        let sound = errors(try KeyMutationTests.playbook(with: path, value: example(of: path)).text, options: options)
        let told = errors(text, options: options).filter { !sound.map(\.what).contains($0.what) }
        #expect(told.map(\.what) == ["the environment variable UNSET is not set"], "\(text)\n\(told)")
    }

    private let options = PlaybookOptions(environment: ["HOME": "/home/me"])

    private func example(of path: String) throws -> String {
        try #require(KeyMutationTests.keys.first { $0.path == path }).key.example
    }

    @Test("two in one value are two problems, an alias of one is none more")
    func several() {
        let text = """
            target: "file:///${A}/${B}/"
            workload:
              - &get {op: get, path: "x/${C}*"}
              - *get
            """
        #expect(errors(text).map(\.what) == ["A", "B", "C"].map { "the environment variable \($0) is not set" })
    }

    @Test("in addresses, targets and endpoints it hides nothing else that is wrong")
    func others() {
        let text = """
            target: "${TARGET}"
            concurrency: none
            multi_endpoint: {endpoints: ["${ENDPOINT}", "s3://bucket/"]}
            workload: [{op: get, path: "x/{0..9}"}, {op: put, path: "y/*", object_size: 1}]
            distributed:
              min_agents: 4
              agents: [{address: "${ONE}"}, {address: "${TWO}"}, local]
              stages: [{name: execute, duration: 0}]
            """
        #expect(
            errors(text).map { "\($0.key): \($0.what)" } == [
                "target: the environment variable TARGET is not set", "concurrency: should be a whole number, not `none`",
                "multi_endpoint.endpoints[0]: the environment variable ENDPOINT is not set",
                "workload[0].path: brace expansions are not patterns", "workload[1].path: put takes a prefix, not a pattern",
                "distributed.min_agents: 4 of 3 agents can never be there",
                "distributed.agents[0].address: the environment variable ONE is not set",
                "distributed.agents[1].address: the environment variable TWO is not set",
                "distributed.agents[2]: should be a map, not `local`",
                "distributed.stages[0].duration: must be longer than 0 s",
            ])
    }
}
