import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("A server that never answers")
struct OperationTimeoutTests {
    @Test("silence is a time-out after operation_timeout, in prepare and cleanup too")
    func silence() async throws {
        try await ScriptedServer.with({ _ in .silence }) { server in
            try await rehearse { stage in
                var stage = stage
                stage.operationTimeout = .milliseconds(300)
                var set = stage.set(1)
                set.base = "gs://127.0.0.1:\(server.port)/bucket/"
                for work in [StageWork.prepare(PrepareWork(sets: [set], workers: 1)), .cleanup(CleanupWork(sets: [set], workers: 1))] {
                    let outcome = await stage.perform(work).outcome
                    #expect(outcome.statistics.errorSamples.map(\.cause) == ["timeout"], "\(outcome)")
                    #expect(outcome.statistics.duration < .seconds(60))
                }
            }
        }
    }
}
