import Foundation
import Results
import TestKit
import Testing

extension WholeRuns {
    /// Every file of `playbooks/` that needs nothing but this machine and nothing that is not carried out yet, with a load of a second.
    @Suite("Samples")
    struct SampleRuns {
        /// What `muster check --json` says of a sample.
        private struct Checked: Decodable {
            struct Stage: Decodable { var name: String; var order: Int; var duration_s: Double? }
            struct Agent: Decodable { struct Reach: Decodable { var kind: String }; var reach: Reach; var target: String? }
            struct Problem: Decodable { var what: String }
            var stages: [Stage]
            var agents: [Agent]
            var not_carried_out: [Problem]

            var needsNothing: Bool { not_carried_out.isEmpty && agents.allSatisfy { $0.reach.kind == "local" } }
        }

        @Test("Samples that need no other machine run to their end, and leave nothing behind")
        func all() async throws {
            let names = try FileManager.default.contentsOfDirectory(atPath: Repository.path("playbooks")).filter { $0.hasSuffix(".yaml") }
                .sorted()
            var performed: [String] = []
            for name in names {
                try await withTemporaryFolder { folder in
                    let text = try String(contentsOfFile: Repository.path("playbooks/\(name)"), encoding: .utf8)
                    guard let checked = try await check(text, in: folder), checked.needsNothing else { return }
                    try await perform(name, text, checked, in: folder)
                    performed.append(name)
                }
            }
            #expect(
                performed.contains("local.yaml") && performed.contains("custom-stages.yaml") && performed.contains("cleanup-only.yaml"),
                "\(performed)")
        }

        private func check(_ text: String, in folder: URL) async throws -> Checked? {
            let file = folder.appendingPathComponent("sample.yaml").path
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let finished = try await MusterRun.start(["check", file, "--json"], environment: ["HOME": folder.path], in: folder).wait()
            // Samples with variables that are not set have no plan here.
            guard finished.status == 0 else { return nil }
            return try JSONDecoder().decode(Checked.self, from: Data(finished.output.utf8))
        }

        private func perform(_ name: String, _ text: String, _ checked: Checked, in folder: URL) async throws {
            var options = ["--set", "target=file://\(folder.path)/data/", "--set", "warmup_period=0"]
            if checked.stages.contains(where: { $0.duration_s != nil }) { options += ["--set", "duration=1s"] }
            let written = text.split(separator: "\n").filter { $0.contains("name:") }
            for stage in checked.stages where stage.duration_s != nil {
                guard let index = written.firstIndex(where: { $0.contains(": \(stage.name)") }) else { continue }
                let line = written[index].contains("duration") ? "" : "config."
                let key = text.contains("max_duration") && line == "config." && stage.name == "epoch-2" ? "max_duration" : "duration"
                options += ["--set", "distributed.stages[\(index)].\(line)\(key)=1s"]
            }
            let run = try await StartedRun.start(text: text, in: folder, options: options).end(0)
            #expect(run.record.verdict != nil, "\(name)")
            try expectNothingLeft(of: folder)
        }
    }
}
