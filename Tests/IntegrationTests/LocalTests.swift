import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Agents that are processes of this machine")
    struct Local {
        @Test("Two of them go the whole way like a fleet")
        func two() async throws { try await withTemporaryFolder { try await performTwo(in: $0) } }

        @Test("A playbook without `distributed` is one of them")
        func none() async throws { try await withTemporaryFolder { try await performWithoutSection(in: $0) } }

        @Test(
            "Where the laptop's disk is full the run goes on to its end and says everything that is missing: exit 5",
            .enabled(if: Fleet.isPossible, "needs a small disk: root"))
        func fullDisk() async throws { try await withTemporaryFolder { try await performOnFullDisk(in: $0) } }

        @Test("What is pushed is there for commands in their working directory, within limits, and goes with the run")
        func pushed() async throws { try await withTemporaryFolder { try await performWithPushes(in: $0) } }

        private func performWithPushes(in folder: URL) async throws {
            let data = folder.appendingPathComponent("my data")
            try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
            let tool = """
                #!/bin/sh
                { pwd; ulimit -n; ulimit -d; nproc; cat "$1"; } > "$MUSTER_RESULTS/said"
                shift; printf '%s\\0' "$ANY" "$@" > "$MUSTER_RESULTS/words"

                """
            try Data(tool.utf8).write(to: data.appendingPathComponent("tool"))
            var texts = AnyText(seed: 4)
            let words = (0..<40).map { _ in texts.next() }
            try Data("it's here\n".utf8).write(to: data.appendingPathComponent("a $(file)"))
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.distributed = [
                "deployment: {files: [{from: \"\(data.path)\", to: in/side, mode: \"0755\"}], working_dir: in/side, "
                    + "limits: {memory: 600MiB, cpus: 1, nofile: 777}}"
            ]
            playbook.agents = try ["l1", "l2"].map { "{id: \($0), address: local, env: {ANY: \(try quoted(words[0]))}}" }
            let arguments = try (["a $(file)"] + words.dropFirst()).map(quoted).joined(separator: ", ")
            playbook.stages = ["{name: tool, type: custom, command: ./tool, args: [\(arguments)]}"]
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            for agent in ["l1", "l2"] {
                let said = try String(contentsOfFile: "\(run.folder.path)/agents/\(agent)/said", encoding: .utf8)
                let lines = said.split(separator: "\n").map(String.init)
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(run.folder.path)/agents/\(agent)/words"))
                #expect(bytes == Data(words.flatMap { Array($0.utf8) + [0] }))
                #expect(lines.first?.hasSuffix("/\(agent)/files/in/side") == true)
                #expect(lines.dropFirst() == ["777", "\(600 << 10)", "1", "it's here"], "\(said)")
            }
            run.expectSeenGone(["l1", "l2"])
            try expectNothingLeft(of: folder)
        }

        /// As a double-quoted text of YAML, in which no variable is put in.
        private func quoted(_ text: String) throws -> String {
            let json = String(decoding: try JSONEncoder().encode(text.replacing("${", with: "$${")), as: UTF8.self)
            return json.replacing("\u{7f}", with: "\\u007f")
        }

        private func performOnFullDisk(in folder: URL) async throws {
            let disk = folder.appendingPathComponent("disk")
            try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: false)
            let mounted = try await Execution.run("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.path])
            try #require(mounted.status == 0, "\(mounted)")
            let run: Result<EndedRun, any Error>
            do {
                let started = try StartedRun.start(TestPlaybook(local: 2, in: folder.path), in: folder, results: disk)
                try await started.waitForLoad(agents: 2)
                // It ends when there is no room any more.
                _ = try await Execution.run("/bin/dd", ["if=/dev/zero", "of=\(disk.path)/filler", "bs=1k"])
                run = .success(try await started.end(5))
            } catch { run = .failure(error) }
            let unmounted = try await Execution.run("/bin/umount", [disk.path])
            #expect(unmounted.status == 0, "\(unmounted)")
            let errors = try run.get().finished.errors
            for words in [
                "DEGRADED 0/2", "results are not all home: cannot write", "events.jsonl lacks", "STATUS.txt",
            ] {
                #expect(errors.contains(words), "\(words)\n\(errors)")
            }
            #expect(errors.contains("Agents seen gone: 2 of 2"))
        }

        private func performTwo(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.duration = "1s"
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            try run.expectCountsAddUp(["l1", "l2"])
            run.expectSeenGone(["l1", "l2"])
            try expectNothingLeft(of: folder)
        }

        private func performWithoutSection(in folder: URL) async throws {
            let text = """
                target: "file://\(folder.path)/data/"
                duration: 1s
                concurrency: 2
                prepare:
                  cleanup: true
                  ensure_objects: [{base_uri: "files/", count: 20, size_spec: 1KiB}]
                workload: [{op: get, path: "files/prepared-*.dat"}]
                """
            let run = try await StartedRun.start(text: text, in: folder).end(0)
            #expect(run.record.agents.map(\.id.text) == ["agent-1"])
            let count = try run.rows("results.tsv")["GET"]?.count
            #expect(try run.rows("agents/agent-1/results.tsv")["GET"]?.count == count)
            #expect(count ?? 0 > 0)
            run.expectSeenGone(["agent-1"])
            try expectNothingLeft(of: folder)
        }
    }
}

/// Expects that no process of this machine belongs to a run of the test, whose home was `folder`, and no run directory is left there.
func expectNothingLeft(of folder: URL, _ place: SourceLocation = #_sourceLocation) throws {
    let owner = "MUSTER_OWNER=\(folder.path)/"
    let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
        guard Int(name) != nil, let environment = FileManager.default.contents(atPath: "/proc/\(name)/environ") else { return false }
        return String(decoding: environment, as: UTF8.self).contains(owner)
    }
    #expect(processes.isEmpty, sourceLocation: place)
    let directories = FileManager.default.subpaths(atPath: "\(folder.path)/.local/state/muster")
    #expect(directories ?? [] == [], sourceLocation: place)
}
