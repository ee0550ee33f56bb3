import Foundation
import Results
import Synchronization
import TestKit
import Testing

extension WholeRuns {
    @Suite("Runs on an S3 server that does not do its work")
    struct StoreFaultRuns {
        @Test(
            "Half bodies, wrong lengths, 503s, resets and garbage: each classified, counted and survived; the operation log says the same")
        func faults() async throws { try await withTemporaryFolder { try await performFaults(in: $0) } }

        @Test("A stall of one second is in the corrected latencies of all that it kept from being begun, and only in few uncorrected ones")
        func stall() async throws { try await withTemporaryFolder { try await performStall(in: $0) } }

        // MARK: Faults

        /// By folder, what is done to its GETs, and the class that it is.
        private static let faults: [(folder: String, answer: ScriptedServer.Answer, cause: String)] = [
            ("half", .last("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"), "network"),
            ("length", .last("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nbody"), "server"),
            ("busy", .reply(503, headers: ["Retry-After": "1"], body: "<Error><Code>SlowDown</Code></Error>"), "throttled"),
            ("reset", .reset, "network"), ("garbage", .last("\u{1}\u{2}no HTTP at all\r\n\r\n"), "server"),
            ("gone", .reply(404), "not found"), ("locked", .reply(403, body: "<Error><Code>AccessDenied</Code></Error>"), "permission"),
            ("broken", .reply(500), "server"), ("short", .reply(200, body: "short"), "integrity"),
        ]

        private func performFaults(in folder: URL) async throws {
            let store = PretendStore { request in
                Self.faults.first { request.path.contains("/\($0.folder)/") }?.answer
            }
            let folders = Self.faults.map(\.folder) + ["fine"]
            let text = """
                \(Self.head("1s", folder: "op_log_path: trace.tsv"))
                verify: size
                error_handling: {max_total_errors: 10_000_000, backoff_duration: 0}
                prepare:
                  cleanup: true
                  ensure_objects:
                \(folders.map { "    - {base_uri: \"\($0)/\", count: 4, size_spec: 1000}" }.joined(separator: "\n"))
                workload:
                \(folders.map { "  - {op: get, path: \"\($0)/*\"}" }.joined(separator: "\n"))
                """
            let run = try await ScriptedServer.with(store.answer) { server in
                try await StartedRun.start(text: text.replacing("PORT", with: "\(server.port)"), in: folder).end(0)
            }
            let rows = try run.text("errors.tsv").split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
            let counted = Dictionary(uniqueKeysWithValues: rows.map { ($0[3], Int($0[4]) ?? 0) })
            #expect(rows.allSatisfy { $0[0] == "l1" && $0[1] == "execute" && $0[2] == "GET" && $0[5] <= $0[6] }, "\(rows)")
            #expect(Set(counted.keys) == Set(Self.faults.map(\.cause)))
            // The log's lines, by their error's class; those without one are the successes.
            let log = try run.text("agents/l1/trace-l1.tsv").split(separator: "\n").dropFirst()
                .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
            let classes = Dictionary(grouping: log) { String($0[8].prefix { $0 != ":" }) }.mapValues(\.count)
            #expect(classes.filter { $0.key != "" } == counted)
            #expect(try classes[""] == run.rows("results.tsv")["GET"]?.count)
            for line in log where line[8].isEmpty { #expect(line[9] < line[10] && line[10] <= line[11], "\(line)") }
            let status = try run.status()
            for (cause, count) in counted { #expect(status.contains("execute: GET, \(cause): \(count), the first: "), "\(status)") }
            #expect(store.names == [])
        }

        // MARK: The stall

        /// `scripts/soak` gives 30: that many seconds at 1,000 operations a second.
        private static let soak = ProcessInfo.processInfo.environment["MUSTER_STALL_SECONDS"].flatMap { Int($0) }

        private func performStall(in folder: URL) async throws {
            let (rate, length) = Self.soak.map { (1000, $0) } ?? (200, 4)
            let stall = Stall(after: .seconds(1), lasting: .seconds(1))
            let store = PretendStore { request in
                if request.method == "GET", request.path.contains("/fine/") { stall.wait() }
                return nil
            }
            let text = """
                \(Self.head("\(length)s"))
                io_rate: {iops: \(rate), distribution: deterministic}
                prepare: {ensure_objects: [{base_uri: "fine/", count: 4, size_spec: 1000}]}
                workload: [{op: get, path: "fine/*"}]
                """
            let run = try await ScriptedServer.with(store.answer) { server in
                try await StartedRun.start(text: text.replacing("PORT", with: "\(server.port)"), in: folder).end(0)
            }
            let lines = try run.text("results.tsv").split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
            let row = try #require(lines.first { $0[0] == "GET" && $0[1] == "ALL" })
            func seconds(_ column: String) throws -> Double {
                let place = try #require(lines[0].firstIndex(of: column))
                return try #require(Double(row[place])) / 1_000_000
            }
            let (corrected, measured) = (try seconds("corrected_p999_us"), try seconds("p999_us"))
            #expect(corrected >= 0.9, "corrected \(corrected) s, as measured \(measured) s")
            // A second's worth of operations was due in the stall; no more than one a worker was under way.
            let column = Self.soak == nil ? "p90_us" : "p99_us"
            #expect(try seconds("corrected_\(column)") > 0.2 && seconds(column) < seconds("corrected_\(column)") / 2, "\(row)")
        }

        /// One agent with eight workers at PORT.
        private static func head(_ duration: String, folder: String = "") -> String {
            """
            target: "s3://127.0.0.1:PORT/bucket/"
            duration: \(duration)
            concurrency: 8
            \(folder)
            distributed:
              shared_filesystem: true
              start_delay: 300ms
              distributed_env: {AWS_ACCESS_KEY_ID: AKIATEST, AWS_SECRET_ACCESS_KEY: secret}
              agents: [{address: local, id: l1}]
            """
        }
    }
}

/// A second or so in which a server answers nobody, some time after it was first asked.
private final class Stall: Sendable {
    private let after: Duration
    private let lasting: Duration
    private let first = Mutex<ContinuousClock.Instant?>(nil)

    init(after: Duration, lasting: Duration) {
        self.after = after
        self.lasting = lasting
    }

    /// Returns when the stall, should there be one now, is over.
    func wait() {
        let begin = first.withLock { first in
            let known = first ?? .now
            first = known
            return known + after
        }
        let end = begin + lasting
        guard begin <= .now, .now < end else { return }
        Thread.sleep(forTimeInterval: (end - .now) / .seconds(1))
    }
}

/// As much of S3 as a run needs, in memory; what a test wants answered in another way is.
private final class PretendStore: Sendable {
    private let objects = Mutex<[String: Int]>([:])
    private let other: @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer?

    init(_ other: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer?) { self.other = other }

    var names: [String] { objects.withLock { $0.keys.sorted() } }
    var answer: @Sendable (ScriptedServer.Request) -> ScriptedServer.Answer { { self.respond(to: $0) } }

    private func respond(to request: ScriptedServer.Request) -> ScriptedServer.Answer {
        let path = String(request.path.prefix { $0 != "?" })
        switch request.method {
        case "PUT":
            objects.withLock { $0[path] = request.body.count }
            return .reply(200, headers: ["ETag": "\"x\""])
        case "DELETE":
            objects.withLock { $0[path] = nil }
            return .reply(204)
        case "POST": return .reply(501, body: "<Error><Code>NotImplemented</Code></Error>")
        case "GET" where path == "/bucket/": return .reply(200, body: "<ListBucketResult></ListBucketResult>")
        case "GET":
            if let answer = other(request) { return answer }
            return size(path).map { .reply(200, body: String(repeating: "x", count: $0)) } ?? .reply(404)
        case "HEAD": return size(path).map { .reply(200, headers: ["Content-Length": "\($0)"]) } ?? .reply(404)
        default: return .reply(400)
        }
    }

    private func size(_ path: String) -> Int? { objects.withLock { $0[path] } }
}
