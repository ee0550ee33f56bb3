import Plans
import Testing
import Vocabulary

@Suite struct PrepareTests {
    private let target = "target: file:///data/\n"

    @Test("every setting of prepare reaches the work")
    func settings() throws {
        let made = try plan(
            target + """
                concurrency: 5
                prepare:
                  prepare_strategy: parallel
                  post_prepare_delay: 5
                  cleanup: true
                  cleanup_mode: best_effort
                  skip_verification: true
                  force_overwrite: true
                  key_prefix_shards: 16
                  ensure_objects:
                    - {base_uri: "a/", count: 2000, min_size: 1KiB, max_size: 2KiB, fill: prand, dedup_factor: 2, compress_factor: 3}
                    - {base_uri: "file:///data/b", count: 1,}
                """)
        let work = try made.prepare()
        #expect(work.strategy == .parallel)
        #expect(work.delayAfter == .seconds(5))
        #expect(work.skipVerification)
        #expect(work.forceOverwrite)
        #expect(work.workers == 5)
        #expect(work.sets.map(\.base) == ["file:///data/a/", "file:///data/b/"])
        #expect(work.sets.map(\.count) == [2000, 1])
        #expect(work.sets.map(\.fill) == [.prand, .random])
        #expect(work.sets.map(\.dedupFactor) == [2, 1])
        #expect(work.sets.map(\.compressFactor) == [3, 1])
        #expect(work.sets.map(\.keyPrefixShards) == [16, 16])
        #expect(work.sets.map(\.namePrefix) == ["prepared-", "prepared-"])
        #expect(work.sets.first?.sizes == .uniform(minimum: .kibibytes(1), maximum: .kibibytes(2)))
        let cleanup = try made.cleanup()
        #expect(cleanup.mode == .bestEffort)
        #expect(cleanup.sets == work.sets)
        #expect(try made.stage("prepare").expectedObjects == 2001)
        #expect(try made.stage("cleanup").expectedObjects == 2001)
    }

    @Test("sets in one folder do not share names")
    func sameFolder() throws {
        let made = try plan(
            target + "prepare: {ensure_objects: [{base_uri: m/, count: 3}, {base_uri: m/, count: 2}, {base_uri: n/, count: 1}]}\n")
        #expect(try made.prepare().sets.map(\.namePrefix) == ["prepared-", "prepared-2-", "prepared-"])
    }

    @Test("where GET and DELETE would take from each other, DELETE has objects of its own")
    func pools() throws {
        let text =
            target + """
                prepare: {ensure_objects: [{base_uri: a/, count: 10}, {base_uri: b/, count: 10}]}
                workload:
                  - {op: get, path: "a/prepared-*.dat", weight: 6}
                  - {op: put, path: "a/new-", object_size: 1, weight: 2}
                  - {op: delete, path: "a/prepared-*.dat", weight: 1}
                """
        let made = try plan(text)
        #expect(try made.prepare().sets.map(\.namePrefix) == ["prepared-", "deletable-", "prepared-"])
        #expect(
            try made.load().operations.map(\.uri) == [
                "file:///data/a/prepared-*.dat", "file:///data/a/new-", "file:///data/a/deletable-*.dat",
            ])
        #expect(try made.load().knownSets == made.prepare().sets)
        let alone = try plan(
            text.replacing("op: get", with: "op: list").replacing("a/prepared-*.dat\", weight: 6", with: "a/\", weight: 6"))
        #expect(try alone.prepare().sets.map(\.namePrefix) == ["prepared-", "prepared-"])
        #expect(try alone.load().operations.last?.uri == "file:///data/a/prepared-*.dat")
    }

    @Test("a tree stands at its own place, at that of sets without a count, or at the target", arguments: ["directory_structure", "tree"])
    func trees(key: String) throws {
        func tree(_ text: String, _ sets: String = "") throws -> DirectoryTree? {
            try plan(target + "prepare:\n  \(key): {\(text)}\n  ensure_objects: [\(sets)]\n").prepare().trees.first
        }
        let own = try #require(
            try tree(
                "base_uri: \"file:///data/t\", width: 4, depth: 3, files_per_dir: 50, distribution: uniform, dir_mask: \"x%d.%d\", size_spec: 1KB, fill: prand"
            ))
        #expect(own.base == "file:///data/t/")
        #expect([own.width, own.depth, own.filesPerDirectory] == [4, 3, 50])
        #expect(own.distribution == .all)
        #expect(own.directoryMask == "x%d.%d")
        #expect(own.sizes == .fixed(ByteCount(1000)))
        #expect(own.fill == .prand)
        #expect(own.directoryShare == .whole)
        #expect(own.fileShare == .whole)
        let hosted = try #require(try tree("width: 2, depth: 1, files_per_dir: 1", "{base_uri: s/, size_spec: 2KB}"))
        #expect(hosted.base == "file:///data/s/")
        #expect(hosted.sizes == .fixed(ByteCount(2000)))
        #expect(hosted.distribution == .bottom)
        #expect(try tree("width: 2, depth: 1, files_per_dir: 1")?.base == "file:///data/")
    }

    @Test("files of a tree are expected at the bottom, or everywhere")
    func treeCounts() throws {
        func expected(_ text: String) throws -> Int? {
            try plan(target + "prepare: {tree: {width: 4, depth: 3, files_per_dir: 50, \(text)}}\n").stage("prepare").expectedObjects
        }
        #expect(try expected("distribution: bottom") == 64 * 50)
        #expect(try expected("distribution: all") == (4 + 16 + 64) * 50)
    }

    @Test("thousands of files are written with separators")
    func separators() throws {
        let made = try plan(
            target + """
                prepare:
                  directory_structure:
                    width: 100
                    depth: 2
                    files_per_dir: 10,000
                    distribution: uniform
                  ensure_objects:
                    - count: 1,000,000
                      min_size: 1,048,576
                      max_size: 104,857,600
                    - count: 500_000
                      min_size: 524_288
                    - count: 250 000
                      min_size: 262 144
                """)
        #expect(try made.prepare().sets.map(\.count) == [1_000_000, 500_000, 250_000])
        #expect(try made.prepare().trees.map(\.filesPerDirectory) == [10_000])
        #expect(try made.prepare().sets.first?.sizes == .uniform(minimum: .mebibytes(1), maximum: .mebibytes(100)))
    }
}
