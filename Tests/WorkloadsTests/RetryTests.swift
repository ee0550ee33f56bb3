import Measurement
import Plans
import Storage
import Testing
import Vocabulary

@testable import Workloads

@Suite("Operations that failed, tried again")
struct RetryTests {
    private static let policy = {
        var policy = ErrorPolicy()
        policy.retriesOnError = true
        policy.retries.maximum = 3
        policy.retries.initialDelay = .milliseconds(1)
        policy.retries.maximumDelay = .milliseconds(4)
        return policy
    }()

    private static func error(_ kind: StorageError.Kind, retryAfter: Duration? = nil) -> StorageError {
        StorageError(kind, .get, uri: "s3://bucket/a", why: "of the test", retryAfter: retryAfter)
    }

    @Test("What may pass by itself is tried again and counts once, with the time that it took in all", arguments: [1, 3])
    func succeedsAtLast(failures: Int) {
        let worker = Self.worker()
        var calls = 0
        var prepared = 0
        let failed = worker.perform(.get, beforeRetry: { prepared += 1 }) { () throws(StorageError) in
            calls += 1
            if calls <= failures { throw Self.error(.throttled) }
            return (1, 1)
        }
        #expect(failed == nil)
        #expect(calls == failures + 1)
        #expect(prepared == failures)
        #expect(worker.control.errorCount == 0)
        #expect(worker.control.retryCount == failures)
    }

    @Test("After the last try the error counts, once")
    func givesUp() {
        let worker = Self.worker()
        var calls = 0
        let failed = worker.perform(.get) { () throws(StorageError) in
            calls += 1
            throw Self.error(.network)
        }
        #expect(failed?.kind == .network)
        #expect(calls == 4)
        #expect(worker.control.errorCount == 1)
    }

    @Test(
        "What would fail again is not tried again",
        arguments: [StorageError.Kind.notFound, .permission, .integrity, .noSpace, .exists, .unsupported])
    func onlyPassingReasons(kind: StorageError.Kind) {
        let worker = Self.worker()
        var calls = 0
        worker.perform(.get) { () throws(StorageError) in
            calls += 1
            throw Self.error(kind)
        }
        #expect(calls == 1)
    }

    @Test("Delays grow to the longest, vary by the jitter, and are as long as the server asks")
    func delays() throws {
        var policy = Self.policy
        policy.retries.jitter = 0
        var plain = try #require(Retrying(policy, seed: 1))
        #expect((1...5).map { plain.delay(before: $0, after: Self.error(.server)) } == [1, 2, 4, 4, 4].map { .milliseconds($0) })
        #expect(plain.delay(before: 1, after: Self.error(.throttled, retryAfter: .seconds(7))) == .seconds(7))
        policy.retries.jitter = 0.5
        var varied = try #require(Retrying(policy, seed: 1))
        let delays = (0..<200).map { _ in varied.delay(before: 1, after: Self.error(.server)) }
        #expect(delays.allSatisfy { $0 >= .microseconds(500) && $0 <= .microseconds(1500) })
        #expect(Set(delays).count > 100)
        policy.retriesOnError = false
        #expect(Retrying(policy, seed: 1) == nil)
    }

    @Test("A load tries again what may pass by itself, as often as its playbook says", arguments: [true, false])
    func loadRetries(retries: Bool) async throws {
        try await rehearse { stage in
            try stage.write("data/folder/file")
            // Nothing can be read of a folder: an I/O error.
            let folder = LoadOperation(kind: .get, uri: "\(stage.base)folder", weight: 1)
            var work = stage.load([folder], tasks: 2, workers: 1)
            work.errors = Self.policy
            work.errors.retriesOnError = retries
            let outcome = await stage.perform(.load(work)).outcome
            #expect(outcome.statistics.table.total.errors == 2)
            #expect(outcome.notes.contains("operations that failed were tried again 6 times") == retries)
        }
    }

    private static func worker() -> Worker {
        let worker = Worker(number: 0, control: CrewControl(stop: StopFlag(), errorLimit: 100), slowdown: 1)
        worker.retrying = Retrying(policy, seed: 1)
        return worker
    }
}
