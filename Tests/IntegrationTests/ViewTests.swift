import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("What another terminal sees of a run")
    struct Views {
        @Test("Phase, time and counts never go back from one look to the next, and each look is the log so far and nothing else")
        func forward() async throws { try await withTemporaryFolder { try await watch(in: $0) } }

        private func watch(in folder: URL) async throws {
            var playbook = TestPlaybook(local: 2, in: folder.path)
            playbook.duration = "3s"
            let started = try StartedRun.start(playbook, in: folder)
            try await started.waitFor("controller_began")
            var looks: [RunRecord] = []
            try await eventually("the run is over", within: .seconds(120)) {
                let shown = try await started.muster("status", "--json")
                looks.append(try JSONDecoder().decode(RunRecord.self, from: Data(shown.output.utf8)))
                return looks.last?.verdict != nil
            }
            let run = try await started.end(0)
            #expect(Set(looks.map(\.phase)).count > 1 && looks.count > 4)
            for (before, after) in zip(looks, looks.dropFirst()) {
                #expect(after.lastSequence >= before.lastSequence && after.elapsed >= before.elapsed)
                #expect(after.phase == before.phase || before.phase.canAdvance(to: after.phase))
                for (was, now) in zip(before.stages, after.stages) { #expect(now.operations >= was.operations) }
            }
            for look in looks { #expect(look == RunRecord(events: Array(run.events.prefix(look.lastSequence)))) }
            try expectNothingLeft(of: folder)
        }
    }
}
