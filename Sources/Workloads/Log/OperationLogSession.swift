import Compression
import Glibc
import Synchronization
import Vocabulary

/// One load's part of the operation log: takes records out of the workers' rings, and brings those of an interval to the file when the
/// interval is over, before anybody is told of it. What the file holds is then exactly what the intervals count.
///
/// `@unchecked Sendable`: what is not atomic belongs to its thread.
final class OperationLogSession: @unchecked Sendable {
    /// Compressed bytes that wait for the end of their interval, at most.
    private static let pendingLimit = 16 << 20
    /// How long the end of an interval and that of the load wait for the disk.
    private static let patience: Duration = .seconds(1)

    private let log: OperationLog
    private let file: Int32
    private let compressor: FrameCompressor
    private let rings: [OperationRing]
    private var row: OperationRow
    private var text: [UInt8] = []
    /// Of the next record.
    private var index: UInt64
    /// Records since the last that are known to be in the file.
    private var unwritten: UInt64 = 0
    /// The frame that goes on has something in it.
    private var hasAdded = false
    private let failed = Atomic<UInt64>(0)
    private let failure = Atomic<Int32>(0)
    /// One more than the last interval that is to be, and that is, in the file.
    private let wanted = Atomic<Int>(0)
    private let written = Atomic<Int>(0)
    private let isHanging = Atomic<Bool>(false)
    private let isEnding = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)

    init(log: OperationLog, file: Int32, compressor: FrameCompressor, row: OperationRow, rings: [OperationRing]) {
        self.log = log
        self.file = file
        self.compressor = compressor
        self.row = row
        self.rings = rings
        index = log.index
        if lseek(file, 0, SEEK_END) == 0 { text = OperationRow.heading }
    }

    /// A worker's.
    func ring(_ worker: Int) -> OperationRing { rings[worker] }

    /// For whoever gives operations up.
    var lastRing: OperationRing { rings[rings.count - 1] }

    /// Operations that are missing from the file so far.
    var lost: UInt64 {
        let known = rings.reduce(failed.load(ordering: .relaxed)) { $0 + $1.lost }
        return isHanging.load(ordering: .relaxed) ? max(known, 1) : known
    }

    /// What kept records out of the file, in words; nil where none are missing.
    var trouble: String? {
        guard lost > 0 else { return nil }
        if isHanging.load(ordering: .relaxed) { return "the end of the operation log \(log.path) is missing: its disk does not answer" }
        let code = failure.load(ordering: .relaxed)
        let why = code == 0 ? "they came faster than they could be written" : String(cString: strerror(code))
        return "\(lost) operations are missing from the operation log \(log.path): \(why)"
    }

    /// Starts the thread; where there is none, every record counts as lost.
    func start() {
        let started = WorkerThread.start { self.run() }
        if !started { hasEnded.store(true, ordering: .releasing) }
    }

    /// Waits until the records of an interval, all of which are in the rings, are in the file.
    func commit(interval: Int) {
        wanted.store(interval + 1, ordering: .releasing)
        Pause.wait(until: SystemClock.now + Self.patience) {
            written.load(ordering: .acquiring) > interval || hasEnded.load(ordering: .acquiring)
        }
    }

    /// Ends the thread, after the last commit, and closes the file.
    func end() {
        isEnding.store(true, ordering: .releasing)
        let ended = Pause.wait(until: SystemClock.now + Self.patience) { hasEnded.load(ordering: .acquiring) }
        if !ended { isHanging.store(true, ordering: .relaxed) }
    }

    private func run() {
        // Above the workers, whom it would otherwise have to wait for; where that is not allowed it is as they are.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10)
        while true {
            let ending = isEnding.load(ordering: .acquiring)
            let goal = wanted.load(ordering: .acquiring)
            let done = written.load(ordering: .relaxed)
            // Records of the interval that goes on may be taken, later ones not before its end.
            let taken = take(upTo: UInt32(clamping: done))
            if goal > done {
                writeFrame()
                written.store(done + 1, ordering: .releasing)
            } else if ending {
                break
            } else if taken == 0 {
                Pause.sleep(1_000_000)
            }
        }
        log.index = index
        close(file)
        hasEnded.store(true, ordering: .releasing)
    }

    private func take(upTo interval: UInt32) -> Int {
        var all = 0
        for ring in rings {
            all += ring.take(upTo: interval) { record, name, error in
                row.append(record, index: index, name: name, error: error, to: &text)
                index += 1
                unwritten += 1
            }
            if text.count > 1 << 18 { flush() }
        }
        flush()
        return all
    }

    private func flush() {
        guard !text.isEmpty else { return }
        compressor.add(text)
        hasAdded = true
        text.removeAll(keepingCapacity: true)
        if compressor.pending.count > Self.pendingLimit { writeFrame() }
    }

    /// Writes what there is as whole frames. Where the file does not take all, it is cut back to where it was, so that it can be read.
    private func writeFrame() {
        guard hasAdded else { return }
        hasAdded = false
        compressor.finishFrame()
        let bytes = compressor.takePending()
        let before = lseek(file, 0, SEEK_END)
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else {
                failure.store(put < 0 ? errno : EIO, ordering: .relaxed)
                failed.add(unwritten, ordering: .relaxed)
                if before >= 0 { ftruncate(file, before) }
                break
            }
            done += put
        }
        unwritten = 0
    }
}
