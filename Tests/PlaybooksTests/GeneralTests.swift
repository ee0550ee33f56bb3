import Plans
import Testing
import Vocabulary

@Suite struct GeneralTests {
    @Test("without distributed one local agent performs what the file implies")
    func implied() throws {
        let made = try plan(base + "prepare: {cleanup: true, ensure_objects: [{base_uri: \"x/\", count: 3}]}\n")
        #expect(made.agents.map(\.id.text) == ["agent-1"])
        #expect(made.agents.map(\.reach) == [.local])
        #expect(made.stages.map(\.name) == ["preflight", "prepare", "execute", "cleanup"])
        #expect(made.stages.map(\.type) == [.validation, .prepare, .execute, .cleanup])
        #expect(made.stages.map(\.order.number) == [1, 2, 3, 4])
        #expect(made.stages.map(\.barrier?.type) == [.allOrNothing, .allOrNothing, .allOrNothing, .bestEffort])
        #expect(made.stages.map(\.optional) == [false, false, false, true])
        #expect(made.stages.map(\.timeout) == [300, 600, 3600, 3600].map { .seconds($0) })
        #expect(try made.load().operations.first?.uri == "file:///data/x/*")
        #expect(try made.prepare().sets.first?.base == "file:///data/x/")
        #expect(try made.prepare().sets.first?.share == .whole)
    }

    @Test("defaults are 60 s and 16 workers")
    func defaults() throws {
        let load = try plan(base).load()
        #expect(load.duration == .seconds(60))
        #expect(load.workers == 16)
        #expect(load.warmup == .zero)
        #expect(load.pageCache == .auto)
        #expect(load.errors.maximumTotalErrors == 100)
        #expect(try plan(base).stages.map(\.name) == ["preflight", "execute"])
    }

    @Test("general settings reach the load")
    func general() throws {
        let made = try plan(
            base + """
                duration: 2m
                concurrency: 8
                warmup_period: 10s
                page_cache_mode: dontneed
                error_handling: {max_total_errors: 7}
                perf_log: {enabled: true, path: perf_log.tsv, interval: 1s}
                """)
        let load = try made.load()
        #expect(load.duration == .seconds(120))
        #expect(load.workers == 8)
        #expect(load.warmup == .seconds(10))
        #expect(load.pageCache == .dontneed)
        #expect(load.errors.maximumTotalErrors == 7)
        #expect(made.stages.last?.plannedDuration == .seconds(120))
    }

    @Test(
        "perf_log may say what is written anyway, in all its spellings",
        arguments: ["{enabled: true}", "{interval_seconds: 1}", "{interval: 1000ms, path: ./out/perf.tsv.zst}"])
    func performanceLog(setting: String) {
        #expect(problems(base + "perf_log: \(setting)\n") == "")
    }

    @Test(
        "a time series is written within the results' folder, and over no other file of theirs",
        arguments: [
            ("perf.tsv", "perf.tsv", ""), ("./a//b.tsv", "a/b.tsv", ""), ("/mnt/x/p.tsv.zst", "p.tsv.zst", "nowhere else"),
            ("../p.tsv", "p.tsv", "nowhere else"), ("results.tsv", nil, "another file"), ("agents/x", nil, "another file"),
            ("01_load_results.tsv", nil, "another file"), ("a/", nil, "names no file"), ("..", nil, "names no file"),
        ])
    func performanceLogPath(path: String, inside: String?, words: String) throws {
        let text = base + "perf_log: {path: \"\(path)\"}\n"
        let told = problems(text)
        #expect(words.isEmpty ? told == "" : told.contains(words))
        #expect(inside == nil ? told.contains("error") : try plan(text).performanceLog?.path == inside)
    }

    @Test("a duration of 0 means prepare and nothing after it")
    func prepareOnly() throws {
        let made = try plan(base + "duration: 0s\nprepare: {ensure_objects: [{count: 3}]}\n")
        #expect(made.stages.map(\.name) == ["preflight", "prepare"])
    }

    @Test("cleanup_only does nothing but clean up", arguments: ["", "cleanup: true, "])
    func cleanupOnly(cleanup: String) throws {
        let text = """
            target: file:///data/
            duration: "0s"
            workload: []
            prepare: {cleanup_only: true, \(cleanup)cleanup_mode: strict, skip_verification: true, ensure_objects: [{count: 1000, size_spec: {fixed: 2048}}]}
            """
        let made = try plan(text)
        #expect(made.stages.map(\.type) == [.cleanup])
        #expect(try made.cleanup().sets.map(\.count) == [1000])
        #expect(try made.cleanup().mode == .strict)
    }

    @Test("a stage's default timeout grows with its own duration")
    func timeouts() throws {
        #expect(try plan(base + "duration: 2h\n").stage("execute").timeout == .seconds(7260))
        let prepared = "target: file:///d/\nprepare: {post_prepare_delay: 20m, ensure_objects: [{count: 1}]}\n"
        #expect(try plan(prepared).stage("prepare").timeout == .seconds(1260))
    }

    @Test(
        "the plan's name is the file's, of letters that can stand in a path",
        arguments: [
            ("a/b/test run_1.yaml", "test-run_1"), ("x.yml", "x"), ("..yaml", "playbook"), ("spät.yaml", "sp-t"), ("/tmp/", "tmp"),
            ("--", "playbook"),
        ])
    func names(path: String, name: String) {
        let made = readPlaybookPlan(path: path)
        #expect(made?.playbookPath == path)
        #expect(made?.name == name)
        #expect(made.map { isPlainName($0.name, maximumLength: 64) } == true)
    }

    @Test("seeds follow from the file's name and the set's place alone")
    func seeds() throws {
        let text = "target: file:///data/\nprepare: {ensure_objects: [{count: 1}, {count: 1}]}\n"
        let first = try plan(text).prepare().sets.map(\.seed)
        #expect(try plan(text).prepare().sets.map(\.seed) == first)
        #expect(Set(first).count == 2)
        // FNV-1a of `test/set/0`.
        #expect(first.first == 17_589_338_141_996_738_817)
    }
}
