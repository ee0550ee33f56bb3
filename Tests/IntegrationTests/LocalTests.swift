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
