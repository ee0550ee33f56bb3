import Foundation
import Measurement
import Plans
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Workloads

@Suite("The operation log")
struct OperationLogTests {
    @Test(
        "Its lines add up exactly to what the load reports, for every operation, errors too and warm-up aside",
        arguments: ["log.tsv", "log.tsv.zst"])
    func linesAddUp(name: String) async throws {
        try await rehearse { stage in
            var logged = stage
            let log = OperationLog(path: "\(stage.folder.path)/deep/\(name)", client: "agent-1")
            logged.operationLog = log
            let sets = [stage.set(50), stage.set(200, prefix: "deletable-")]
            _ = await stage.perform(.prepare(PrepareWork(sets: sets, workers: 4)))
            var work = stage.load(mix(stage.base), sets: sets, duration: .milliseconds(400))
            work.warmup = .milliseconds(120)
            work.errors.maximumTotalErrors = .max
            let done = await logged.perform(.load(work))
            #expect(done.outcome.end == .completed)
            #expect(
                done.outcome.notes
                    == ["DELETE \(stage.base)* ran out of objects; the other operations went on without it"].filter(
                        done.outcome.notes.contains))
            #expect(done.outcome.statistics.warmupOperations > 0)
            #expect(done.outcome.statistics.lostRecords == 0)
            let rows = try Row.read(log.path)
            for kind in OperationKind.allCases {
                let counted = done.outcome.statistics.table.total(of: kind)
                let mine = rows.filter { $0.kind == kind.label && !$0.isWarmup }
                #expect(mine.count { $0.error.isEmpty } == counted.count)
                #expect(mine.count { !$0.error.isEmpty } == counted.errors)
                #expect(mine.reduce(0) { $0 + $1.bytes } == counted.bytes)
                #expect(mine.filter(\.error.isEmpty).reduce(0) { $0 + UInt128($1.duration) } == counted.latency.sum)
            }
            #expect(UInt64(rows.count { $0.isWarmup }) == done.outcome.statistics.warmupOperations)
            #expect(rows.contains { $0.error.hasPrefix("not found: ") })
            #expect(rows.map(\.index) == Array(0..<rows.count))
            #expect(rows.allSatisfy { $0.endpoint == "file://" && $0.file.hasPrefix(stage.folder.path) })
            #expect(rows.filter { $0.kind == "LIST" }.allSatisfy { $0.objects > 1 })
        }
    }

    @Test("A second load goes on in the same file, under one heading")
    func loadsFollowEachOther() async throws {
        try await rehearse { stage in
            var logged = stage
            let log = OperationLog(path: "\(stage.folder.path)/log.tsv.zst", client: "a")
            logged.operationLog = log
            try stage.write("data/one", bytes: 10)
            let work = stage.load([LoadOperation(kind: .get, uri: "\(stage.base)*", weight: 1)], tasks: 30)
            for _ in 0..<2 { _ = await logged.perform(.load(work)) }
            let rows = try Row.read(log.path)
            #expect(rows.map(\.index) == Array(0..<60))
        }
    }

    @Test("Records that come faster than they can be written are counted and told, and what is there is whole")
    func overflowIsCounted() async throws {
        try await rehearse { stage in
            var logged = stage
            var settings = OperationLog.Settings()
            settings.buffered = 1
            logged.operationLog = OperationLog(path: "\(stage.folder.path)/log.tsv", client: "a", settings: settings)
            try stage.write("data/one")
            let work = stage.load([LoadOperation(kind: .stat, uri: "\(stage.base)*", weight: 1)], tasks: 300_000)
            let done = await logged.perform(.load(work)).outcome
            let lost = done.statistics.lostRecords
            #expect(lost > 0)
            #expect(try UInt64(Row.read("\(stage.folder.path)/log.tsv").count) + lost == 300_000)
            #expect(done.notes.contains { $0.hasPrefix("\(lost) operations are missing from the operation log") })
        }
    }

    @Test("A disk that is full loses lines, which are counted and told; the load goes on")
    func fullDiskIsTold() async throws {
        try await rehearse { stage in
            var logged = stage
            logged.operationLog = OperationLog(path: "/dev/full", client: "a")
            try stage.write("data/one")
            let work = stage.load([LoadOperation(kind: .stat, uri: "\(stage.base)*", weight: 1)], tasks: 100)
            let done = await logged.perform(.load(work)).outcome
            #expect(done.end == .completed)
            #expect(done.statistics.count(.stat) == 100)
            #expect(done.statistics.lostRecords == 100)
            #expect(done.notes == ["100 operations are missing from the operation log /dev/full: No space left on device"])
        }
    }

    @Test("An operation that hangs is a line with an error")
    func hungOperationsAreLogged() async throws {
        try await rehearse { stage in
            var logged = stage
            logged.operationLog = OperationLog(path: "\(stage.folder.path)/log.tsv", client: "a")
            let pipe = stage.folder.appendingPathComponent("pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            var work = stage.load([LoadOperation(kind: .get, uri: "file://\(pipe)", weight: 1)], duration: .seconds(3600), workers: 2)
            work.operationTimeout = .milliseconds(200)
            _ = await logged.perform(.load(work))
            let writer = open(pipe, O_RDWR | O_NONBLOCK)
            close(writer)
            let rows = try Row.read("\(stage.folder.path)/log.tsv")
            #expect(rows.map(\.error).allSatisfy { $0.hasPrefix("timeout: no answer within 0.2 s") })
            #expect(rows.count == 2)
        }
    }

    @Test("Where it cannot be written the load fails before it begins, and the check says so")
    func unwritableIsFound() async throws {
        try await rehearse { stage in
            var logged = stage
            try stage.write("file")
            logged.operationLog = OperationLog(path: "\(stage.folder.path)/file/log.tsv", client: "a")
            let put = LoadOperation(kind: .put, uri: stage.base, weight: 1, sizes: .fixed(.zero))
            let performance = logged.performance(.load(stage.load([put], tasks: 1)))
            #expect(performance.check().first?.contains("cannot write the operation log") == true)
            guard case .failed(let why) = await logged.perform(performance).outcome.end else {
                Issue.record("it did not fail")
                return
            }
            #expect(why.contains("Not a directory") && why.contains("fix: "))
        }
    }

    @Test("A ring keeps order and whole records while one appends and another takes, or counts what it leaves out")
    func ringsKeepOrder() async throws {
        let ring = OperationRing(capacity: 1 << 14)
        let total = 200_000
        let appended = Task.detached {
            for number in 0..<total {
                let name = String(repeating: "x", count: number % 97)
                ring.append(
                    OperationRing.Header(interval: UInt32(number / 1000), begin: Int64(number), bytes: Int64(number % 97)), name: name,
                    error: "")
            }
        }
        var (taken, latest) = (0, Int64(-1))
        let take = { (interval: UInt32) in
            taken += ring.take(upTo: interval) { record, name, _ in
                #expect(record.begin > latest && Int64(name.count) == record.bytes && record.interval <= interval)
                latest = record.begin
            }
        }
        try await eventually("all are there") {
            take(.max)
            return taken + Int(ring.lost) == total
        }
        await appended.value
        #expect(latest > 0)
        ring.append(OperationRing.Header(interval: 7, begin: .max), name: "", error: "")
        take(6)
        #expect(taken + Int(ring.lost) == total, "a later interval's record waits")
        take(7)
        #expect(taken + Int(ring.lost) == total + 1)
    }

    /// GETs of which some find nothing, and everything else.
    private func mix(_ base: String) -> [LoadOperation] {
        [
            LoadOperation(kind: .get, uri: "\(base)prepared-*", weight: 40), LoadOperation(kind: .get, uri: "\(base)none", weight: 2),
            LoadOperation(
                kind: .put, uri: "\(base)new/{}.bin", weight: 20, sizes: .uniform(minimum: ByteCount(0), maximum: ByteCount(9000))),
            LoadOperation(kind: .stat, uri: "\(base)prepared-*", weight: 15),
            LoadOperation(kind: .list, uri: "\(base)prepared-0", weight: 5),
            LoadOperation(kind: .delete, uri: "\(base)*", weight: 5), LoadOperation(kind: .mkdir, uri: "\(base)dir-{}", weight: 6),
            LoadOperation(kind: .rmdir, uri: "\(base)dir-{}", weight: 4),
        ]
    }

    /// One line, read by the names of the columns.
    private struct Row {
        let index: Int
        let kind: String
        let objects: Int
        let bytes: UInt64
        let endpoint: String
        let file: String
        let error: String
        let duration: UInt64
        let isWarmup: Bool

        static func read(_ path: String) throws -> [Row] {
            let lines = try LogLines(path)
            var rows: [Row] = []
            let heading = try #require(try lines.next())
            #expect(
                String(decoding: heading, as: UTF8.self).hasPrefix(
                    "idx\tthread\top\tclient_id\tn_objects\tbytes\tendpoint\tfile\terror\tstart\tfirst_byte\tend\tduration_ns"))
            while let line = try lines.next() {
                let fields = String(decoding: line, as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                try #require(fields.count == 15)
                rows.append(
                    Row(
                        index: try #require(Int(fields[0])), kind: fields[2], objects: try #require(Int(fields[4])),
                        bytes: try #require(UInt64(fields[5])), endpoint: fields[6], file: fields[7], error: fields[8],
                        duration: try #require(UInt64(fields[12])), isWarmup: fields[14] == "1"))
            }
            return rows
        }
    }
}
