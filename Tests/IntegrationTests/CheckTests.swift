import Foundation
import TestKit
import Testing

extension WholeRuns {
    @Suite("Playbooks that are wrong")
    struct Check {
        @Test("A wrong key, a wrong type and min_agents above the agents: three problems with their lines, exit 3, no host touched")
        func threeProblems() async throws { try await withTemporaryFolder { try await checkThreeProblems(in: $0) } }

        @Test("What this build does not carry out is said once, with its line, and no results are begun; exit 3")
        func refused() async throws { try await withTemporaryFolder { try await refuse(in: $0) } }

        private func refuse(in folder: URL) async throws {
            let text = "target: \"file://\(folder.path)/data/\"\nprocesses: 2\nworkload: [{op: list, path: \"\"}]\n"
            let run = try StartedRun.start(text: text, in: folder)
            let finished = try await run.execution.wait()
            #expect(finished.status == 3, "\(finished)")
            #expect(finished.errors.ranges(of: "not carried out yet: `processes`").count == 1, "\(finished)")
            #expect(finished.errors.contains(".yaml:2:12: error: processes: "), "\(finished)")
            #expect(run.results == nil)
        }

        private func checkThreeProblems(in folder: URL) async throws {
            let hosts = try (1...3).map { _ in try CountingListener() }
            let agents = hosts.map { "{address: \"127.0.0.1:\($0.port)\"}" }
            let ssh = "ssh: {enabled: true, user: nobody, key_path: /nonexistent, known_hosts: /nonexistent}"
            var playbook = TestPlaybook(agents: agents)
            playbook.distributed = [ssh, "min_agents: 4"]
            let text = playbook.text.replacing("concurrency: 2", with: "concurrency: [2]").replacing("weight: 60", with: "wieght: 60")
            let run = try StartedRun.start(text: text, in: folder)
            let finished = try await run.execution.wait()
            #expect(finished.status == 3, "\(finished)")
            let problems = finished.errors.split(separator: "\n").filter { $0.contains(": error: ") }
            #expect(problems.count == 3, "\(finished)")
            for mark in ["concurrency: [2]", "min_agents: 4", "wieght: 60"] {
                let line = try #require(text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(mark) }) + 1
                #expect(problems.contains { $0.contains(".yaml:\(line):") }, "\(mark) in line \(line)\n\(finished)")
            }
            #expect(finished.errors.contains("did you mean `weight`?"), "\(finished)")
            #expect(hosts.map(\.connections) == [0, 0, 0])
            #expect(run.results == nil)
        }
    }
}
