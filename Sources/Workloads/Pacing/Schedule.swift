import Glibc
import Plans
import Vocabulary

/// `io_rate`: when this agent's operations are to begin, in nanoseconds after the load's start, whatever the storage does.
///
/// Operations are numbered over the agent from 0, and their times follow from number and seed alone. Deterministic ones are dealt out to agents in
/// turn, so that all together begin one every 1/rate. Others come in blocks that last exactly as long as the rate says, with gaps of their
/// distribution in them: neither chance nor the number of agents or workers changes the rate.
struct Schedule: Sendable {
    let rate: LoadRate
    private let seed: UInt64
    /// Operations of a block: about a second's, at least 16 and at most 256.
    private let blockLength: Int

    init(_ rate: LoadRate, seed: UInt64) {
        self.rate = rate
        self.seed = seed
        blockLength = min(256, max(16, rate.operationsPerSecond / rate.share.count))
    }

    /// Operations that are to begin before `duration` is over, within a block.
    func count(before duration: Duration) -> Int {
        let all = UInt128(UInt64(max(0, duration.wholeNanoseconds))) * UInt128(rate.operationsPerSecond) / 1_000_000_000
        return Int(clamping: all / UInt128(rate.share.count))
    }

    /// The time of the `number`th of equal gaps, this agent's part of all.
    private func even(_ number: Int, phase: Int = 0) -> Int64 {
        let turn = UInt128(number) * UInt128(rate.share.count) + UInt128(phase)
        return Int64(clamping: turn * 1_000_000_000 / UInt128(rate.operationsPerSecond))
    }

    /// One worker's view of the schedule; it keeps the times of the block that it is in.
    struct Reader {
        private let schedule: Schedule
        private var block = -1
        /// Sums of the block's gaps, one more than it has operations.
        private var sums: [Double]

        init(_ schedule: Schedule) {
            self.schedule = schedule
            sums = Array(repeating: 0, count: schedule.blockLength + 1)
        }

        mutating func offset(of number: Int) -> Int64 {
            let (rate, length) = (schedule.rate, schedule.blockLength)
            guard rate.distribution != .deterministic else { return schedule.even(number, phase: rate.share.index) }
            let (wanted, place) = number.quotientAndRemainder(dividingBy: length)
            if wanted != block { read(wanted) }
            let begin = schedule.even(wanted * length)
            let span = Double(schedule.even((wanted + 1) * length) - begin)
            return begin + Int64(span * sums[place] / sums[length])
        }

        private mutating func read(_ wanted: Int) {
            block = wanted
            var random = Random(seed: Random.mix(Random.mix(schedule.seed, UInt64(schedule.rate.share.index)), UInt64(wanted)))
            var sum = 0.0
            for place in sums.indices {
                // Even over (0, 1].
                let even = Double((random.next() >> 11) + 1) * 0x1p-53
                sum += schedule.rate.distribution == .exponential ? -log(even) : even
                sums[place] = sum
            }
        }
    }
}
