import Measurement
import Synchronization
import Vocabulary

extension Replay {
    /// The trace, from which workers take operations in their order, and what they measured of it.
    final class Trace: Sendable {
        private struct Reading: ~Copyable {
            var source: ReplaySource
            var head: TraceOperation?
            var hasEnded = false
            var number: UInt64 = 0
        }

        struct Measured: Sendable {
            var first: Int64 = 0
            var latest: Int64 = 0
            var lateness = LatencyHistogram()
            var sinceIntended: [OperationKind: LatencyHistogram] = [:]
            var trace: [OperationKind: LatencyHistogram] = [:]
            var traceErrors: [OperationKind: UInt64] = [:]
            var failure: Failure?
        }

        /// When the first operation began.
        let first: Int64
        private let reading: Mutex<Reading>
        private let sums: Mutex<Measured>

        init(_ source: sending ReplaySource, _ first: TraceOperation?) {
            self.first = first?.start ?? 0
            reading = Mutex(Reading(source: source, head: first))
            sums = Mutex(Measured(first: first?.start ?? 0, latest: first?.start ?? 0))
        }

        var measured: Measured { sums.withLock { $0 } }

        /// The next operation and its number; nil at the end, or where the rest cannot be read.
        func next() -> (operation: TraceOperation, number: UInt64)? {
            let (taken, failure) = reading.withLock { reading -> ((operation: TraceOperation, number: UInt64)?, Failure?) in
                guard !reading.hasEnded else { return (nil, nil) }
                guard let operation = reading.head else {
                    reading.hasEnded = true
                    return (nil, nil)
                }
                var failure: Failure?
                do throws(Failure) {
                    reading.head = try reading.source.next()
                } catch {
                    reading.head = nil
                    failure = error
                }
                reading.number += 1
                return ((operation, reading.number), failure)
            }
            if let failure { sums.withLock { $0.failure = failure } }
            return taken
        }

        /// Adds what one worker measured.
        func add(_ measured: Measured) {
            sums.withLock { sums in
                sums.latest = max(sums.latest, measured.latest)
                sums.lateness.merge(measured.lateness)
                for (kind, histogram) in measured.sinceIntended { sums.sinceIntended[kind, default: LatencyHistogram()].merge(histogram) }
                for (kind, histogram) in measured.trace { sums.trace[kind, default: LatencyHistogram()].merge(histogram) }
                sums.traceErrors.merge(measured.traceErrors, uniquingKeysWith: +)
            }
        }
    }
}
