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
    /// nil: switched off.
    var performanceLog: PerformanceLogPlan? = PerformanceLogPlan()
    var operationLog: Located<String>?
    var rate: LoadRate?
    var ranges = RangePolicy()
    var verification = Verification.none
    var operationTimeout: Duration?
    var processes = ProcessPlan()
    var dynamicPutPool = false
    var ledgerInterval: Duration?
    var steadyState: Located<SteadyStatePolicy>?

    /// nil, and a problem, where the file is no map.
    init?(_ cursor: Cursor) {
        guard let section = cursor.section() else { return nil }
        self.cursor = cursor
        target = section.located("target") { $0.word() }
        duration = section.located("duration") { $0.duration() }
        concurrency = section.take("concurrency")?.integer()
        warmup = section.located("warmup_period") { $0.duration() }
        pageCache = section.take("page_cache_mode")?.choice([
            "auto": .auto, "sequential": .sequential, "random": .random, "dontneed": .dontneed, "normal": .normal,
        ])
        if let at = section.take("error_handling") { errors = ErrorPolicy(at) }
        if let at = section.take("perf_log") { performanceLog = PerformanceLogPlan.read(at) }
        endpoints = section.take("multi_endpoint").flatMap(EndpointsSection.init)
        prepare = section.take("prepare").flatMap(PrepareSection.init)
        if let at = section.take("workload"), let items = at.items() {
            workloadCount = items.count
            workload = items.compactMap(OperationSection.init)
        }
        distributed = section.take("distributed").flatMap(DistributedSection.init)
        readLaterSettings(section)
        section.close()
    }

    private mutating func readLaterSettings(_ section: Section) {
        operationLog = section.located("op_log_path", readLogPath)
        steadyState = section.take("steady_state").flatMap(SteadyStatePolicy.read)
        rate = section.take("io_rate").flatMap(LoadRate.read)
        if let at = section.take("range_engine") { ranges = RangePolicy(at) }
        verification = section.take("verify")?.choice(["none": .none, "size": .size, "checksum": .checksum]) ?? .none
        operationTimeout = section.take("operation_timeout")?.duration()
        processes = ProcessPlan(count: section.take("processes"), mode: section.take("processing_mode"))
        if let at = section.take("dynamic_put_pool"), let value = at.boolean() {
            dynamicPutPool = value
        }
        if let at = section.take("cache_checkpoint_interval_secs"), let interval = at.duration() {
            ledgerInterval = interval
            guard interval > .zero else { return }
            at.warn(
                "nothing of muster's own is ever written to the storage under test; this is how often an agent's ledger is made to last",
                fix: "leave it out; what an agent made stands in its ledger on its own disk")
        }
    }
}

/// A file on the agent's host, absolute or below its results.
func readLogPath(_ cursor: Cursor) -> String? {
    guard let path = cursor.word() else { return nil }
    if path.contains("://") || path.hasSuffix("/") || path.split(separator: "/").contains("..") {
        cursor.fail("must be a file's path on the agent's host", fix: "op_log_path: trace.tsv.zst, to have it among the results")
        return nil
    }
    return path
}
