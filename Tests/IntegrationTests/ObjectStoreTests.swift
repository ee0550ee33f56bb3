import Foundation
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Object stores under load")
    struct ObjectStores {
        @Test("A whole run on S3 within TLS, over two endpoints: prepared, loaded by every operation, cleaned up, and no secret anywhere")
        func s3() async throws {
            try await StoreServer.with(.rcloneTLS, buckets: ["bucket"]) { server in
                try await withTemporaryFolder { try await perform(on: server, in: $0) }
            }
        }

        private func perform(on server: StoreServer, in folder: URL) async throws {
            let text = """
                target: "s3://bucket/run/"
                multi_endpoint:
                  endpoints: ["s3://localhost:\(server.port)/bucket/run/", "s3://127.0.0.1:\(server.port)/bucket/run/"]
                duration: 2s
                concurrency: 2
                distributed:
                  shared_filesystem: true
                  distributed_env:
                    AWS_ENDPOINT_URL: "\(server.endpoint)"
                    AWS_CA_BUNDLE: "\(server.authority)"
                    AWS_ACCESS_KEY_ID: "\(StoreServer.accessKey)"
                    AWS_SECRET_ACCESS_KEY: "\(StoreServer.secretKey)"
                  agents: [{address: local, id: l1}, {address: local, id: l2}]
                prepare:
                  cleanup: true
                  ensure_objects:
                    - {base_uri: "files/", count: 20, size_spec: 10KiB}
                    - {base_uri: "gone/", count: 30, size_spec: 1KiB}
                workload:
                  - {op: get, path: "files/prepared-*.dat", weight: 40}
                  - {op: put, path: "new/", object_size: 3KiB, weight: 30}
                  - {op: stat, path: "files/prepared-*.dat", weight: 10}
                  - {op: list, path: "files/", weight: 10}
                  - {op: delete, path: "gone/prepared-*.dat", weight: 10}
                """
            let run = try await StartedRun.start(text: text, in: folder).end(0)
            try run.expectCountsAddUp(["l1", "l2"])
            for row in ["GET", "PUT", "META"] { #expect(try run.rows("results.tsv")[row]?.count ?? 0 > 0, "\(row)") }
            for name in ["prepare", "workload"] {
                let rows = try run.text("\(name)_endpoint_stats.tsv").split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
                #expect(rows.count == 2 && rows.allSatisfy { $0[1] != "0" && $0[3] == "0" }, "\(rows)")
            }
            run.expectSeenGone(["l1", "l2"])
            // Of the bucket's folder, where objects are files, nothing is left.
            let bucket = URL(filePath: server.authority).deletingLastPathComponent().appendingPathComponent("buckets/bucket")
            let left = try FileManager.default.subpathsOfDirectory(atPath: bucket.path).filter { $0.contains(".") || $0.contains("obj") }
            #expect(left == [])
            try expectNowhere(StoreServer.secretKey, in: URL(filePath: run.folder.path))
            #expect(!run.finished.errors.contains(StoreServer.secretKey))
        }

        private func expectNowhere(_ secret: String, in folder: URL) throws {
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
                guard let bytes = try? Data(contentsOf: folder.appendingPathComponent(name)) else { continue }
                #expect(bytes.firstRange(of: Data(secret.utf8)) == nil, "\(name)")
            }
        }
    }
}
