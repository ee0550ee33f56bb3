import CLinux
import Carriers
import Coordination
import FoundationEssentials
import Glibc
import Link
import Measurement
import Plans
import Results
import Vocabulary
import Workloads

// What it keeps, sends home and renews, and how it leaves.
extension AgentPerformance {
    func sendResults() async {
        do {
            try assignment?.ledgerFile.bringHome()
        } catch {
            log(.error, "the ledger could not be brought home: \(error)")
        }
        let (link, tell, pass, earlier) = (link, tell, pass, sending)
        let files = ResultFiles(directory: resultsPath, processLog: processLog, held: held, unsaved: unsaved.values.sorted())
        earlier?.cancel()
        // Ends with its last piece, or when `leave` or a later pass cancels it.
        sending = Task {
            await earlier?.value
            guard !Task.isCancelled, (try? await link.send(.resultsBegin(pass: pass))) != nil else { return }
            let unreadable = try? await files.send { try await link.send($0) }
            tell.yield(.resultsSent(unreadable: unreadable ?? []))
        }
    }

    /// Keeps something in the results; what cannot be kept is said, once a sort, and the load goes on.
    func save(_ what: String, _ write: (AgentFolder) throws -> Void) async {
        guard let folder = assignment?.folder else { return }
        do {
            try write(folder)
        } catch {
            noteUnsaved(what, error)
        }
    }

    func keep(_ made: PutLedger, final: Bool) async {
        do {
            try assignment?.ledgerFile.keep(made, at: SystemClock.now, final: final)
        } catch {
            noteUnsaved("the ledger", error)
        }
    }

    /// The controller is told with the results: they lack it.
    private func noteUnsaved(_ what: String, _ error: any Error) {
        guard unsaved[what] == nil else { return }
        unsaved[what] = "\(what) could not be saved: \(error)"
        log(.error, "\(what) could not be saved: \(error)")
    }

    func heard() {
        let now = SystemClock.now
        guard let renewLease, now - leaseRenewed >= .seconds(1) || lease < .seconds(10) else { return }
        leaseRenewed = now
        renewLease(lease)
    }

    func wake(at moment: Moment) {
        waking?.cancel()
        let tell = tell
        // Ends at its moment, or when the next one replaces it.
        waking = Task {
            try? await Task.sleep(for: max(.zero, moment - SystemClock.now))
            if !Task.isCancelled { tell.yield(.tick) }
        }
    }

    func beat(every interval: Duration) {
        heartbeat?.cancel()
        let tell = tell
        // Ends when `leave` cancels it.
        heartbeat = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                tell.yield(.heartbeat)
            }
        }
    }

    func log(_ level: LogLine.Level, _ text: String) {
        logFile.append(LogTail.line(level, text, at: SystemClock.now, epochOfZero: epochOfZero))
        logTail.ring()
    }

    /// Ends what runs, saves, says goodbye and closes the link; bounded by a few seconds.
    func leave(_ reason: ExitReason) async {
        waking?.cancel()
        heartbeat?.cancel()
        sending?.cancel()
        stage?.end()
        log(.info, "leaving: \(reason)")
        await awaitEndOfStage()
        if reason == .ordered { assignment?.ledgerFile.remove() }
        await bringToDisk(within: .seconds(1))
        logTail.end()
        await sayGoodbye(reason, within: .seconds(2))
        link.close()
        tell.finish()
    }

    /// Has the system write down what it holds of the results; on a disk that takes longer than `deadline` it goes on by itself.
    private func bringToDisk(within deadline: Duration) async {
        let (done, tell) = AsyncStream.makeStream(of: Void.self)
        let path = resultsPath
        startThread {
            let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if folder >= 0 {
                muster_sync_file_system(folder)
                close(folder)
            }
            tell.finish()
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in done {} }
            group.addTask { try? await Task.sleep(for: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    /// The rest of the log and the last word, and all of it heard; where nobody listens, no longer than `deadline`.
    private func sayGoodbye(_ reason: ExitReason, within deadline: Duration) async {
        let link = link
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await link.flush()
                try? await link.send(.leaving(why: "\(reason)"))
                try? await link.flush()
            }
            group.addTask { try? await Task.sleep(for: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Says what matters; on a closed link there is nobody to say it to, and the results hold it.
    func report(_ report: Report) async { try? await link.send(report) }

    /// Says what only the newest of counts; never waits.
    func tellNews(_ report: Report) { _ = try? link.post(report) }

    func awaitEndOfStage() async {
        guard let running = stage else { return }
        let deadline = SystemClock.now + .seconds(3)
        wake(at: deadline)
        for await inward in inbox {
            switch inward {
            case .interval(let interval): await save("an interval") { try $0.append(interval) }
            case .stageEnded(let order, let epoch, let outcome) where order == running.stage && epoch == running.epoch:
                _ = await takeEnd(order, epoch, outcome)
                return
            default: if SystemClock.now >= deadline { return }
            }
        }
    }
}
