import Measurement
import Plans
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

        /// When the first operation began.
        let first: Int64
        private let reading: Mutex<Reading>
        private let share: Share
        private let sum: Mutex<ReplayMeasure>
        private let trouble = Mutex<Failure?>(nil)

        init(_ source: sending ReplaySource, _ first: TraceOperation?, share: Share) {
            self.share = share
            self.first = first?.start ?? 0
            reading = Mutex(Reading(source: source, head: first))
            sum = Mutex(ReplayMeasure(first: first?.start ?? 0))
        }

        var measure: ReplayMeasure { sum.withLock { $0 } }
        /// Why the rest of the trace cannot be read.
        var failure: Failure? { trouble.withLock { $0 } }

        /// The next operation of this agent's and its number in the trace; nil at the end, or where the rest cannot be read.
        func next() -> (operation: TraceOperation, number: UInt64)? {
            while let taken = nextOfAll() {
                if taken.number % UInt64(share.count) == UInt64(share.index) { return taken }
            }
            return nil
        }

        private func nextOfAll() -> (operation: TraceOperation, number: UInt64)? {
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
                defer { reading.number += 1 }
                return ((operation, reading.number), failure)
            }
            if let failure { trouble.withLock { $0 = failure } }
            return taken
        }

        /// Adds what one worker measured.
        func add(_ measure: ReplayMeasure) { sum.withLock { $0.merge(measure) } }
    }
}
