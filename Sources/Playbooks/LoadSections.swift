import Plans
import Vocabulary

extension ErrorPolicy {
    /// `error_handling`.
    init(_ cursor: Cursor) {
        self.init()
        guard let section = cursor.section() else { return }
        if let bound = section.take("max_total_errors")?.integer() { maximumTotalErrors = bound }
        if let value = section.take("error_rate_threshold")?.number() { rateThreshold = value }
        if let value = section.take("error_rate_window")?.duration() { rateWindow = value }
        if let value = section.take("backoff_duration")?.duration() { backoff = value }
        if let value = section.take("retry_on_error")?.boolean() { retriesOnError = value }
        readRetries(section)
        section.close()
    }

    private mutating func readRetries(_ section: Section) {
        if let value = section.take("max_retries")?.integer() { retries.maximum = value }
        if let value = section.take("initial_retry_delay_ms")?.integer() { retries.initialDelay = .milliseconds(value) }
        let longest = section.take("max_retry_delay_ms")
        if let value = longest?.integer() { retries.maximumDelay = .milliseconds(value) }
        if let value = section.take("retry_backoff_multiplier")?.number() { retries.multiplier = value }
        if let value = section.take("retry_jitter_factor")?.number() { retries.jitter = value }
        if retries.maximumDelay < retries.initialDelay {
            (longest ?? section.cursor).warn(
                "the first delay is longer than the longest", fix: "swap initial_retry_delay_ms and max_retry_delay_ms")
        }
    }
}

extension PerformanceLogPlan {
    /// `perf_log`; nil where it is switched off.
    static func read(_ cursor: Cursor) -> PerformanceLogPlan? {
        var plan = PerformanceLogPlan()
        guard let section = cursor.section() else { return plan }
        let enabled = section.take("enabled")
        let isEnabled = enabled?.boolean() ?? true
        if !isEnabled { enabled?.warn("the time series is written all the same", fix: "leave it out") }
        if let at = section.take("path"), let path = at.word() {
            plan.path = seriesPath(path, at)
        }
        let places = [section.take("interval"), section.take("interval_seconds")].compactMap { $0 }
        if places.count == 2 { places[1].fail("stands beside `interval`, which says the same", fix: "keep one of them") }
        if let at = places.first, let interval = at.duration() {
            plan.interval = interval
        }
        section.close()
        return isEnabled ? plan : nil
    }

    /// Within the results' folder, and none of the files that are there anyway.
    private static func seriesPath(_ path: String, _ at: Cursor) -> String {
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard let name = parts.last, name != "..", !path.hasSuffix("/") else {
            at.fail("names no file", fix: "perf_log.tsv")
            return path
        }
        let isInside = !path.hasPrefix("/") && !parts.contains("..")
        if !isInside { at.warn("is written in the results' folder, nowhere else", fix: String(name)) }
        let inside = isInside ? parts.joined(separator: "/") : String(name)
        if !ResultPath.isFree(inside) { at.fail("is the name of another file of the results", fix: "perf_log.tsv") }
        return inside
    }
}

extension LoadRate {
    /// `io_rate`; nil where no rate is wanted.
    static func read(_ cursor: Cursor) -> LoadRate? {
        guard let section = cursor.section() else { return nil }
        defer { section.close() }
        let distribution: Distribution? = section.take("distribution")?.choice([
            "exponential": .exponential, "uniform": .uniform, "deterministic": .deterministic,
        ])
        guard let at = section.take("iops") else {
            if !section.has("iops") { section.missing("iops", fix: "iops: 1000, or max for no rate") }
            return nil
        }
        guard at.string() != "max", let operations = at.integer() else { return nil }
        return LoadRate(operationsPerSecond: operations, distribution: distribution ?? .exponential)
    }
}

extension RangePolicy {
    /// `range_engine`.
    init(_ cursor: Cursor) {
        self.init()
        guard let section = cursor.section() else { return }
        if let value = section.take("enabled")?.boolean() { isEnabled = value }
        if let value = section.take("chunk_size")?.size() { chunkSize = value }
        if let value = section.take("max_concurrent_ranges")?.integer() { maximumConcurrentRanges = value }
        if let value = section.take("min_split_size")?.size() { minimumSplitSize = value }
        if let value = section.take("range_timeout_secs")?.duration() { timeout = value }
        section.close()
    }
}

extension ProcessPlan {
    /// `processes` and `processing_mode`.
    init(count place: Cursor?, mode modePlace: Cursor?) {
        self.init()
        if let place, let text = place.string() {
            switch text {
            case "single": count = 1
            case "auto": count = nil
            default: count = place.integer() ?? 1
            }
            if count != 1 { place.later(.processes) }
        }
        if let modePlace, let value: Mode = modePlace.choice(["multi_process": .multiProcess, "multi_runtime": .multiRuntime]) {
            mode = value
            if count == 1 { modePlace.warn("has no effect with one process", fix: "leave it out") }
        }
    }
}
