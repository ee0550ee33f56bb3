import Plans
import Vocabulary

/// A playbook as it is written: every key read and checked by itself, nothing yet resolved against anything else.
struct Playbook {
    let cursor: Cursor
    var target: Located<String>?
    var duration: Located<Duration>?
    var concurrency: Int?
    var warmup: Located<Duration>?
    var pageCache: PageCacheMode?
    var errors = ErrorPolicy()
    var endpoints: EndpointsSection?
    var prepare: PrepareSection?
    var workload: [OperationSection]?
    /// Entries of the workload as written, among them those that could not be read.
    var workloadCount = 0
    var distributed: DistributedSection?

    /// nil, and a problem, where the file is no map.
    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        target = section.take("target").flatMap { at in at.word().map { Located(value: $0, at: at) } }
        duration = section.take("duration").flatMap { at in at.duration().map { Located(value: $0, at: at) } }
        concurrency = section.take("concurrency")?.integer(1...65_536)
        warmup = section.take("warmup_period").flatMap { at in at.duration().map { Located(value: $0, at: at) } }
        pageCache = section.take("page_cache_mode")?.choice([
            "auto": .auto, "sequential": .sequential, "random": .random, "dontneed": .dontneed, "normal": .normal,
        ])
        if let at = section.take("error_handling") { errors = readErrorHandling(at) }
        if let at = section.take("perf_log") { checkPerformanceLog(at) }
        endpoints = section.take("multi_endpoint").flatMap(EndpointsSection.init)
        prepare = section.take("prepare").flatMap(PrepareSection.init)
        if let at = section.take("workload"), let items = at.items() {
            workloadCount = items.count
            workload = items.compactMap(OperationSection.init)
        }
        distributed = section.take("distributed").flatMap(DistributedSection.init)
        readLaterSettings(section)
        readStaleKeys(section)
        section.close()
    }
}

/// `error_handling`: the bound on errors is carried out; of the rest only the defaults are.
private func readErrorHandling(_ cursor: Cursor) -> ErrorPolicy {
    var policy = ErrorPolicy()
    guard let section = cursor.section() else { return policy }
    if let bound = section.take("max_total_errors")?.integer(0...Int.max) { policy.maximumTotalErrors = bound }
    if let at = section.take("error_rate_threshold"), let value = at.number(0...Double.greatestFiniteMagnitude), value != 5 {
        at.notYet("error_rate_threshold")
    }
    if let at = section.take("error_rate_window"), let value = at.duration(), value != .seconds(1) { at.notYet("error_rate_window") }
    if let at = section.take("backoff_duration"), let value = at.duration(), value != .seconds(5) { at.notYet("backoff_duration") }
    if let at = section.take("retry_on_error"), at.boolean() == true { at.notYet("retry_on_error") }
    _ = section.take("max_retries")?.integer(0...1000)
    _ = section.take("initial_retry_delay_ms")?.integer(0...86_400_000)
    _ = section.take("max_retry_delay_ms")?.integer(0...86_400_000)
    _ = section.take("retry_backoff_multiplier")?.number(1...1000)
    _ = section.take("retry_jitter_factor")?.number(0...1)
    section.close()
    return policy
}

/// `perf_log`: one is always written, `perf_log.tsv` with a row a second; anything else is not carried out yet.
private func checkPerformanceLog(_ cursor: Cursor) {
    guard let section = cursor.section() else { return }
    if let at = section.take("enabled"), at.boolean() == false { at.warn("the time series is written all the same", fix: "leave it out") }
    if let at = section.take("path"), let path = at.word(), path.split(separator: "/").last != "perf_log.tsv" {
        at.notYet("perf_log.path", fix: "perf_log.tsv, in the results' folder")
    }
    let places = [section.take("interval"), section.take("interval_seconds")].compactMap { $0 }
    if places.count == 2 { places[1].fail("stands beside `interval`, which says the same", fix: "keep one of them") }
    if let at = places.first, let interval = at.positiveDuration(), interval != .seconds(1) { at.notYet("perf_log.interval", fix: "1s") }
    section.close()
}

/// Keys that the format has and this version does not carry out: each is checked, and refused unless it says what is so anyway.
private func readLaterSettings(_ section: Section) {
    if let at = section.take("op_log_path"), at.word() != nil { at.notYet("op_log_path") }
    if let at = section.take("io_rate"), let rate = at.section() {
        let distribution = rate.take("distribution")
        _ = distribution?.choice(["exponential": 0, "uniform": 1, "deterministic": 2])
        if let iops = rate.take("iops"), iops.string() != "max", iops.integer(1...Int.max) != nil { at.notYet("io_rate") }
        rate.close()
    }
    if let at = section.take("range_engine"), let engine = at.section() {
        if engine.take("enabled")?.boolean() == true { at.notYet("range_engine") }
        _ = engine.take("chunk_size")?.size(atLeast: 1)
        _ = engine.take("max_concurrent_ranges")?.integer(1...65_536)
        _ = engine.take("min_split_size")?.size(atLeast: 1)
        _ = engine.take("range_timeout_secs")?.positiveDuration()
        engine.close()
    }
    if let at = section.take("processes"), let text = at.string(), text != "single" {
        if text == "auto" { at.notYet("processes: auto") } else if let count = at.integer(1...1024), count > 1 { at.notYet("processes") }
    }
    if let at = section.take("processing_mode"), at.choice(["multi_process": 0, "multi_runtime": 1]) != nil {
        at.warn("has no effect with one process", fix: "leave it out")
    }
    if let at = section.take("dynamic_put_pool"), at.boolean() == true { at.notYet("dynamic_put_pool") }
    if let at = section.take("cache_checkpoint_interval_secs"), let interval = at.duration(), interval > .zero {
        at.warn(
            "has no effect: nothing of muster's own is ever written to the storage under test",
            fix: "leave it out; what an agent made stands in its ledger on its own disk")
    }
}

private func readStaleKeys(_ section: Section) {
    section.stale("version", "leave it out; the format has no versions")
    section.stale("backend", "leave it out; the target's scheme (file://, s3://, …) says it")
    section.stale("objects", "use prepare.ensure_objects[].count")
    section.stale("data_size", "use size_spec in prepare.ensure_objects, object_size in PUT")
    section.stale("record_count", "use prepare.ensure_objects[].count")
    section.stale("autotune", "leave it out; set concurrency")
    section.stale("force_overwrite", "use prepare.force_overwrite")
    section.stale("cleanup", "use prepare.cleanup: true and prepare.cleanup_mode")
    section.stale("s3dlio_optimization", "leave it out")
}
