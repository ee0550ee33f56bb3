import Plans
import Playbooks
import Testing
import Vocabulary

@Suite struct WorkloadTests {
    @Test("every operation is planned with its URI, weight, bounds and size")
    func operations() throws {
        let text = """
            target: "file:///data"
            workload:
              - {op: get, path: "a/*.dat", weight: 60, concurrency: 64}
              - {op: put, path: "up/new-{}.dat", object_size: 5MB, weight: 2.5}
              - {op: list, path: "a/"}
              - {op: stat, path: "a/", weight: 10}
              - {op: delete, path: "file:///data/old/*", weight: 1}
              - {op: mkdir, path: "dirs/", weight: 1}
              - {op: rmdir, path: "dirs/", weight: 1, recursive: true}
              - {op: list, path: "*", weight: 1}
              - {op: list, path: "a/b*", weight: 1}
              - {op: get, path: "/a/x.dat", weight: 1, use_multi_endpoint: false}
            """
        let operations = try plan(text).load().operations
        #expect(operations.map(\.kind) == [.get, .put, .list, .stat, .delete, .mkdir, .rmdir, .list, .list, .get])
        #expect(
            operations.map(\.uri) == [
                "file:///data/a/*.dat", "file:///data/up/new-{}.dat", "file:///data/a/", "file:///data/a/", "file:///data/old/*",
                "file:///data/dirs/", "file:///data/dirs/", "file:///data/", "file:///data/a/", "file:///data/a/x.dat",
            ])
        #expect(operations.map(\.weight) == [60, 2.5, 1, 10, 1, 1, 1, 1, 1, 1])
        #expect(operations.map(\.concurrency) == [64] + Array(repeating: nil, count: 9))
        #expect(operations[1].sizes == .fixed(ByteCount(5_000_000)))
        #expect(operations.map(\.recursive) == [false, false, false, false, false, false, true, false, false, false])
    }

    @Test("one endpoint is a target by another name; a path that is told not to use it goes to the target")
    func endpoint() throws {
        let text = """
            target: "file:///slow/"
            multi_endpoint: {endpoints: ["file:///fast"]}
            workload:
              - {op: get, path: "a/*"}
              - {op: get, path: "a/*", use_multi_endpoint: true}
              - {op: get, path: "a/*", use_multi_endpoint: false}
            prepare: {ensure_objects: [{base_uri: null, use_multi_endpoint: true, count: 1}]}
            """
        let made = try plan(text)
        #expect(try made.load().operations.map(\.uri) == ["file:///fast/a/*", "file:///fast/a/*", "file:///slow/a/*"])
        #expect(try made.prepare().sets.map(\.base) == ["file:///fast/"])
    }

    @Test("DELETE that outweighs PUT is an error where one is strict")
    func strict() {
        let text = base + "  - {op: delete, path: \"x/*\"}\n"
        #expect(errors(text).isEmpty)
        #expect(errors(text, options: .init(strict: true)).map(\.key) == ["workload[1]"])
    }

    @Test("an unknown key is a warning where one is lenient")
    func lenient() {
        let reading = read(base + "durration: 3\n", options: .init(lenient: true))
        #expect(reading.plan != nil)
        #expect(
            reading.problems.map(\.description) == [
                "test.yaml:4:1: warning: durration: unknown key, ignored\n  fix: did you mean `duration`?"
            ])
    }

    @Test("a pattern is not complained of where PUT makes what it reads, or prepare makes it under shards")
    func patterns() {
        let written = """
            target: file:///data/
            prepare: {key_prefix_shards: 4, ensure_objects: [{base_uri: a/, count: 3}]}
            workload:
              - {op: put, path: "a/", object_size: 1}
              - {op: get, path: "a/obj_*"}
              - {op: stat, path: "a/*/prepared-*.dat"}
              - {op: get, path: "a/"}
            """
        #expect(problems(written) == "")
    }
}
