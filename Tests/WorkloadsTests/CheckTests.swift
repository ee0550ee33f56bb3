import Foundation
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("Checking a stage before it begins")
struct CheckTests {
    @Test("Every problem of a plan is found at once, and nothing is changed")
    func everyProblemIsFound() async throws {
        try await rehearse { stage in
            try stage.write("file")
            let prepare = PrepareWork(
                sets: [ObjectSet(base: "file://\(stage.folder.path)/file/below/", count: 1, sizes: .fixed(.zero), seed: 1)], workers: 1)
            let load = stage.load([
                LoadOperation(kind: .get, uri: "\(stage.base)none*", weight: 1), LoadOperation(kind: .put, uri: stage.base, weight: 1),
                LoadOperation(kind: .stat, uri: "gopher://x/*", weight: 1),
            ])
            let custom = CustomWork(command: "no-such-program-here")
            let works: [StageWork] = [.validation, .prepare(prepare), .load(load), .custom(custom)]
            let problems = problems(stage, works, of: 0)
            #expect(problems.count == 5, "\(problems)")
            #expect(problems.contains { $0.contains("Not a directory") })
            #expect(problems.contains { $0.contains("none*") })
            #expect(problems.contains { $0 == "PUT \(stage.base) has no object size" })
            #expect(problems.contains { $0.contains("gopher://x/*") && $0.contains("fix: ") })
            #expect(problems.contains { $0 == "no-such-program-here is no program on this host" })
            #expect(try stage.files() == ["file"])
            let outcome = await stage.perform(stage.performance(of: works, at: 0)).outcome
            #expect(outcome.end == .failed(why: problems.joined(separator: "\n")))
        }
    }

    @Test("Objects that an earlier stage makes need not be there yet")
    func plannedObjectsAreTrusted() async throws {
        try await rehearse { stage in
            let set = stage.set(10)
            let get = LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)
            let known: [StageWork] = [.prepare(PrepareWork(sets: [set], workers: 1)), .load(stage.load([get], sets: [set]))]
            #expect(problems(stage, known, of: 1) == [])
            let command: [StageWork] = [.custom(CustomWork(command: "sh")), .load(stage.load([get]))]
            #expect(problems(stage, command, of: 1) == [])
            #expect(problems(stage, [.load(stage.load([get]))], of: 0).count == 1)
        }
    }

    @Test("More bytes than there is space for are found before they are written")
    func spaceIsChecked() async throws {
        try await rehearse { stage in
            let vast = stage.set(1_000_000, sizes: .fixed(ByteCount(1 << 50)))
            let problems = problems(stage, [.prepare(PrepareWork(sets: [vast], workers: 1))], of: 0)
            #expect(problems.count == 1)
            #expect(problems.first?.contains("free, but this agent is to write about") == true)
        }
    }

    private func problems(_ stage: Rehearsal, _ works: [StageWork], of place: Int) -> [String] {
        stage.performance(of: works, at: place).check()
    }
}

extension Rehearsal {
    /// The stage at `place` of a plan of several.
    func performance(of works: [StageWork], at place: Int) -> StagePerformance {
        let plan = plan(works)
        return StagePerformance(
            plan: plan, stage: plan.stages[place], ledger: PutLedger(),
            surroundings: StageSurroundings(run: RunID(run), agentCount: agentCount, resultsFolder: folder.path))
    }
}
