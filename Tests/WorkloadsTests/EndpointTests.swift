import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("Several endpoints of one storage")
struct EndpointTests {
    @Test(
        "Every operation goes to each of them about as often, prepare's and cleanup's too, and their figures add up to the stage's",
        arguments: [Endpoints.Strategy.roundRobin, .leastConnections])
    func spread(strategy: Endpoints.Strategy) async throws {
        try await rehearse { stage in
            let stage = try withEndpoints(stage, strategy)
            let sets = [set(stage, 90), set(stage, 300, prefix: "deletable-")]
            let made = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 4)))
            #expect(made.outcome.end == .completed, "\(made.outcome)")
            expectSums(made.outcome.statistics)
            if strategy == .roundRobin { #expect(made.outcome.statistics.endpoints.map(\.statistics.count) == [130, 130, 130]) }

            let kinds: [OperationKind] = [.get, .put, .list, .stat, .delete, .mkdir]
            let mix = kinds.map { operation(stage, $0) }
            let done = await stage.perform(.load(stage.load(mix, sets: sets, tasks: 1200)))
            #expect(done.outcome.end == .completed, "\(done.outcome)")
            for kind in kinds { #expect(done.outcome.statistics.count(kind) > 0) }
            expectSums(done.outcome.statistics)
            for endpoint in done.outcome.statistics.endpoints {
                #expect((200...600).contains(endpoint.statistics.count), "\(endpoint.endpoint): \(endpoint.statistics.count)")
            }

            let cleaned = await stage.perform(.cleanup(CleanupWork(sets: sets, workers: 4)), ledger: done.outcome.ledger)
            #expect(cleaned.outcome.statistics.objects.missing == done.outcome.statistics.count(.delete))
            #expect(try stage.files(below: "real") == [])
        }
    }

    @Test("With the fewest operations under way decides, an endpoint that hangs is left alone")
    func hangingEndpoint() async throws {
        try await rehearse { stage in
            var stage = try withEndpoints(stage, .leastConnections)
            for name in ["a", "b"] {
                try FileManager.default.removeItem(at: stage.folder.appendingPathComponent(name))
                try stage.write("\(name)/one", bytes: 10)
            }
            // Opening a pipe without a writer blocks.
            let pipe = stage.folder.appendingPathComponent("real/one").path
            #expect(mkfifo(pipe, 0o600) == 0)
            stage.slowdown = 1
            var get = LoadOperation(kind: .get, uri: "file://\(stage.folder.path)/a/one", weight: 1)
            get.spreads = true
            let performance = stage.performance(.load(stage.load([get], duration: .seconds(3600), workers: 4)))
            let stop = StopFlag()
            async let done = stage.perform(performance, stop: stop)
            try await eventually("the others go on") { performance.progress.operations > 300 }
            stop.stop()
            let counts = await done.outcome.statistics.endpoints.map { $0.statistics.count }
            #expect(counts[0] > 50 && counts[1] > 50 && counts[2] == 0, "\(counts)")
            let writer = open(pipe, O_RDWR | O_NONBLOCK)
            close(writer)
        }
    }

    @Test("Errors and what is given up count for the endpoint that they came from")
    func errors() async throws {
        try await rehearse { stage in
            let stage = try withEndpoints(stage, .roundRobin)
            for name in ["a", "b"] {
                try FileManager.default.removeItem(at: stage.folder.appendingPathComponent(name))
                try stage.write("\(name)/one", bytes: 10)
            }
            var get = LoadOperation(kind: .get, uri: "file://\(stage.folder.path)/a/one", weight: 1)
            get.spreads = true
            let statistics = await stage.perform(.load(stage.load([get], tasks: 30, workers: 1))).outcome.statistics
            #expect(statistics.endpoints.map(\.statistics.count) == [10, 10, 0])
            #expect(statistics.endpoints.map(\.statistics.errors) == [0, 0, 10])
            let sample = try #require(statistics.errorSamples.first)
            #expect(sample.cause == "not found" && sample.count == 10 && sample.first < sample.last)
        }
    }

    @Test("An endpoint that cannot be used is told of before the stage begins")
    func checked() async throws {
        try await rehearse { stage in
            let stage = try withEndpoints(stage, .roundRobin)
            let third = stage.folder.appendingPathComponent("c")
            try FileManager.default.removeItem(at: third)
            try Data().write(to: third)
            var put = LoadOperation(kind: .put, uri: "file://\(stage.folder.path)/a/new/", weight: 1, sizes: .fixed(ByteCount(10)))
            put.spreads = true
            let problems = stage.performance(.load(stage.load([put], tasks: 1))).check()
            #expect(problems.count == 1 && problems[0].contains("/c/"), "\(problems)")
        }
    }

    @Test("One after the other, from wherever it begins; or the one with the fewest under way")
    func order() throws {
        let uris = ["file:///a/", "file:///b/", "file:///c/"]
        let round = try #require(Routes(Endpoints(uris: uris)))
        #expect((5..<11).map { round.enter($0) } == [2, 0, 1, 2, 0, 1])
        let least = try #require(Routes(Endpoints(strategy: .leastConnections, uris: uris)))
        #expect((0..<6).map { _ in least.enter(0) } == [0, 1, 2, 0, 1, 2])
        least.leave(1)
        least.leave(1)
        least.leave(2)
        #expect((0..<3).map { _ in least.enter(0) } == [1, 1, 2])
    }

    /// `a`, `b` and `c` below the stage's folder, three names of one folder.
    private func withEndpoints(_ stage: Rehearsal, _ strategy: Endpoints.Strategy) throws -> Rehearsal {
        var stage = stage
        let real = stage.folder.appendingPathComponent("real")
        try FileManager.default.createDirectory(at: real, withIntermediateDirectories: true)
        for name in ["a", "b", "c"] {
            try FileManager.default.createSymbolicLink(at: stage.folder.appendingPathComponent(name), withDestinationURL: real)
        }
        stage.endpoints = Endpoints(strategy: strategy, uris: ["a", "b", "c"].map { "file://\(stage.folder.path)/\($0)/" })
        return stage
    }

    private func base(_ stage: Rehearsal) -> String { "file://\(stage.folder.path)/a/data/" }

    private func set(_ stage: Rehearsal, _ count: Int, prefix: String = "prepared-") -> ObjectSet {
        var set = stage.set(count, prefix: prefix)
        set.base = base(stage)
        set.spreads = true
        return set
    }

    private func operation(_ stage: Rehearsal, _ kind: OperationKind) -> LoadOperation {
        let path =
            switch kind {
            case .put: "new/"
            case .mkdir: "made/{}"
            case .list: ""
            default: kind == .delete ? "deletable-*" : "prepared-*"
            }
        var operation = LoadOperation(
            kind: kind, uri: base(stage) + path, weight: 1, sizes: kind == .put ? .fixed(ByteCount(1000)) : nil)
        operation.spreads = true
        return operation
    }

    private func expectSums(_ statistics: StageStatistics) {
        let total = statistics.table.total
        #expect(statistics.endpoints.count == 3)
        #expect(statistics.endpoints.reduce(0) { $0 + $1.statistics.count } == total.count)
        #expect(statistics.endpoints.reduce(0) { $0 + $1.statistics.bytes } == total.bytes)
        #expect(total.errors == 0, "\(statistics.errorSamples)")
        var all = LatencyHistogram()
        for endpoint in statistics.endpoints { all.merge(endpoint.statistics.latency) }
        #expect(all == total.latency)
    }
}
