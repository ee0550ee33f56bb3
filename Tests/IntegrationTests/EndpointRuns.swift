import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("A run over several endpoints")
    struct EndpointRuns {
        @Test("Two agents, one with endpoints of its own: each goes to its own alone, and the files add up to the results")
        func run() async throws { try await withTemporaryFolder { try await perform(in: $0) } }

        private func perform(in folder: URL) async throws {
            // Four addresses of one storage.
            let real = folder.appendingPathComponent("real")
            try FileManager.default.createDirectory(at: real, withIntermediateDirectories: true)
            for name in ["a", "b", "c", "d"] {
                try FileManager.default.createSymbolicLink(at: folder.appendingPathComponent(name), withDestinationURL: real)
            }
            func uri(_ name: String) -> String { "file://\(folder.path)/\(name)/" }
            func endpoints(_ names: String...) -> String {
                "[" + names.map { "\"\(uri($0))\"" }.joined(separator: ", ") + "]"
            }
            let text = """
                multi_endpoint: {endpoints: \(endpoints("a", "b"))}
                duration: 2s
                concurrency: 3
                distributed:
                  shared_filesystem: true
                  start_delay: 300ms
                  distributed_env: {MUSTER_TEST_SLOWDOWN: "20"}
                  agents:
                    - {address: local, id: l1}
                    - {address: local, id: l2, multi_endpoint: {strategy: least_connections, endpoints: \(endpoints("c", "d", "a"))}}
                prepare:
                  cleanup: true
                  ensure_objects: [{base_uri: "data/", count: 200, size_spec: 4KiB}]
                workload:
                  - {op: get, path: "data/*", weight: 60}
                  - {op: put, path: "new/", object_size: 1KiB, weight: 20}
                  - {op: stat, path: "data/*", weight: 10}
                  - {op: list, path: "data/", weight: 10}
                """
            let run = try await StartedRun.start(text: text, in: folder).end(0)
            try run.expectCountsAddUp(["l1", "l2"])
            for (phase, results) in [("prepare", "prepare_results.tsv"), ("workload", "results.tsv")] {
                let file = "\(phase)_endpoint_stats.tsv"
                let (own, others) = (try rows(run, "agents/l1/\(file)"), try rows(run, "agents/l2/\(file)"))
                #expect(Set(own.keys) == [uri("a"), uri("b")])
                #expect(Set(others.keys) == [uri("c"), uri("d"), uri("a")])
                let all = try rows(run, file)
                #expect(all == own.merging(others) { $0 + $1 })
                #expect(all.values.allSatisfy { $0 > 0 }, "\(all)")
                let classes = try run.rows(results)
                let operations = ["GET", "PUT", "META"].reduce(0) { $0 + (classes[$1]?.count ?? 0) }
                #expect(all.values.reduce(0, +) == operations)
                if phase == "prepare" { #expect(own[uri("a")] == 50 && own[uri("b")] == 50, "\(own)") }
            }
            let left = try FileManager.default.subpathsOfDirectory(atPath: real.path).filter { $0.contains(".dat") || $0.contains("obj_") }
            #expect(left == [])
        }

        /// Operations by endpoint.
        private func rows(_ run: EndedRun, _ name: String) throws -> [String: Int] {
            let lines = try String(contentsOfFile: "\(run.folder.path)/\(name)", encoding: .utf8).split(separator: "\n").dropFirst()
            return try Dictionary(
                uniqueKeysWithValues: lines.map { line in
                    let fields = line.split(separator: "\t")
                    return (String(fields[0]), try #require(Int(fields[1])))
                })
        }
    }
}
