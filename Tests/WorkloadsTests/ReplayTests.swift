import Foundation
import Measurement
import Plans
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("Replaying an operation log")
struct ReplayTests {
    @Test("A logged load, sorted and replayed elsewhere, does as many operations of each kind with the same bytes")
    func roundTrip() async throws {
        try await rehearse { stage in
            var logged = stage
            logged.operationLog = OperationLog(path: "\(stage.folder.path)/log.tsv.zst", client: "a")
            let sets = [stage.set(40, sizes: .uniform(minimum: ByteCount(1), maximum: ByteCount(9000)))]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 2)))
            try FileManager.default.copyItem(atPath: "\(stage.folder.path)/data", toPath: "\(stage.folder.path)/copy")
            let mix = [
                LoadOperation(kind: .get, uri: "\(stage.base)prepared-*", weight: 5),
                LoadOperation(
                    kind: .put, uri: "\(stage.base)new/", weight: 3, sizes: .uniform(minimum: ByteCount(0), maximum: ByteCount(5000))),
                LoadOperation(kind: .stat, uri: "\(stage.base)prepared-*", weight: 2),
                LoadOperation(kind: .list, uri: stage.base, weight: 1),
                LoadOperation(kind: .stat, uri: "\(stage.base)none", weight: 1),
            ]
            let load = await logged.perform(.load(stage.load(mix, sets: sets, tasks: 400))).outcome.statistics
            var sort = LogSort(into: "\(stage.folder.path)/sorted.tsv")
            #expect(try sort.sort(["\(stage.folder.path)/log.tsv.zst"]).lines == 400)
            var settings = ReplayWork(log: "\(stage.folder.path)/sorted.tsv")
            settings.speed = nil
            settings.workers = 4
            settings.remaps = [ReplayWork.Remap(from: stage.base, to: "file://\(stage.folder.path)/copy/")]
            let outcome = try await replay(settings)
            #expect(outcome.failure == nil)
            for kind in OperationKind.allCases {
                let then = load.table.total(of: kind)
                let now = outcome.kinds.first { $0.kind == kind }
                #expect(now?.now.count ?? 0 == then.count)
                #expect(now?.now.bytes ?? 0 == then.bytes)
                #expect(now?.now.errors ?? 0 == then.errors && now?.trace.errors ?? 0 == then.errors)
                #expect(now?.trace.latency.sum ?? 0 == then.latency.sum, "the trace's latencies are told beside")
            }
            #expect(try stage.files(below: "copy/new").count == load.count(.put))
        }
    }

    @Test("Operations keep the trace's distances, divided by the speed", arguments: [1.0, 4])
    func keepsTime(speed: Double) async throws {
        try await rehearse { stage in
            let path = "\(stage.folder.path)/log.tsv"
            let rows = (0..<5).map { "PUT\t10\tfile://\(stage.folder.path)/o\($0)\t2026-11-25T04:30:1\($0 / 5).\($0 * 2)00Z" }
            try (["op\tbytes\tfile\tstart"] + rows).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            var settings = ReplayWork(log: path)
            settings.speed = speed
            let outcome = try await replay(settings)
            #expect(outcome.traceDuration == .milliseconds(800))
            #expect(outcome.duration >= .milliseconds(Int(800 / speed)))
            #expect(outcome.measure.lateness.count == 5)
            #expect(outcome.kinds.first?.now.corrected.count == 5)
            #expect(try stage.files() == ["log.tsv", "o0", "o1", "o2", "o3", "o4"])
        }
    }

    @Test(
        "What cannot be replayed is named with its line and what to do",
        arguments: [
            (
                "op\tfile\tstart\nGET\t/a\t2026-11-25T04:30:12Z\nGET\t/a\t2026-11-25T04:30:10Z\n",
                "line 3: begins more than a second before", "muster sort"
            ),
            ("op\tfile\tstart\nJUMP\t/a\t2026-11-25T04:30:12Z\n", "line 2: no operation that is known: JUMP", "op_log_path"),
            ("op\tfile\nGET\t/a\n", "line 1: no column `start`", "op_log_path"),
        ])
    func refuses(text: String, what: String, fix: String) async throws {
        try await rehearse { stage in
            let path = "\(stage.folder.path)/log.tsv"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            var why = ""
            do { _ = try await replay(ReplayWork(log: path)) } catch { why = "\(error)" }
            #expect(why.contains(what) && why.contains("fix: ") && why.contains(fix), "\(why)")
        }
    }

    @Test("Of several agents each does its part of the trace, at the trace's moments; together all of it, once", arguments: [1, 2, 3, 7])
    func shared(count: Int) async throws {
        try await rehearse { stage in
            let path = "\(stage.folder.path)/log.tsv"
            let rows = (0..<20).map {
                "PUT\t\($0)\tfile://\(stage.folder.path)/o\($0)\t2026-11-25T04:30:12.\($0 / 10)00Z\t\(1000 * ($0 + 1))\t"
            }
            try (["op\tbytes\tfile\tstart\tduration_ns\terror"] + rows).joined(separator: "\n").write(
                toFile: path, atomically: true, encoding: .utf8)
            var measures: [ReplayMeasure] = []
            var done = 0
            for index in 0..<count {
                var one = stage
                one.agent = index + 1
                one.agentCount = count
                var work = ReplayWork(log: path)
                work.share = Share(index: index, count: count)
                let outcome = await one.perform(.replay(work)).outcome
                #expect(outcome.end == .completed)
                #expect(outcome.statistics.duration >= .milliseconds(100))
                #expect(outcome.statistics.table.total.corrected.count == outcome.statistics.count(.put))
                done += Int(outcome.statistics.count(.put))
                // Nothing is done twice: what another agent has written is there already.
                #expect(try stage.files().filter { $0.hasPrefix("o") }.count == done)
                let bytes = try Data(contentsOf: stage.folder.appendingPathComponent(ReplayWork.measureName))
                measures.append(try #require(ReplayMeasure(encoded: bytes)))
                #expect(ReplayMeasure(encoded: measures[index].encoded()) == measures[index])
            }
            #expect(done == 20)
            var sum = measures[0]
            for measure in measures.dropFirst() { sum.merge(measure) }
            #expect(sum.trace.total.latency.count == 20 && sum.trace.total.latency.sum == 210_000 && sum.lateness.count == 20)
            #expect(sum.latest - sum.first == 100_000_000)
        }
    }

    @Test("More errors than are allowed end it, and it says so")
    func errorsEndIt() async throws {
        try await rehearse { stage in
            let path = "\(stage.folder.path)/log.tsv"
            let rows = (0..<50).map { "GET\tfile://\(stage.folder.path)/none\($0)\t2026-11-25T04:30:12Z" }
            try (["op\tfile\tstart"] + rows).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            var settings = ReplayWork(log: path)
            (settings.maximumErrors, settings.workers) = (10, 1)
            let outcome = try await replay(settings)
            #expect(outcome.failure == "11 errors, more than are allowed")
            #expect(outcome.notes.contains { $0.hasPrefix("11 × cannot read") })
        }
    }

    private func replay(_ work: ReplayWork) async throws -> Replay.Outcome {
        let result: Result<Replay.Outcome, Replay.Failure> = await withCheckedContinuation { continuation in
            _ = WorkerThread.start {
                do throws(Replay.Failure) {
                    continuation.resume(returning: .success(try Replay(work).run(stop: StopFlag())))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
