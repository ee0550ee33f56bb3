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
        guard sending == nil else { return }
        do {
            try assignment?.ledgerFile.bringHome()
        } catch {
            await log(.error, "the ledger could not be brought home: \(error)")
        }
        let (link, tell, path, processLog) = (link, tell, resultsPath, processLog)
        // Ends with its last piece, or when `leave` cancels it.
        sending = Task {
            let unreadable = try? await ResultFiles.send(from: path, processLog: processLog) { try await link.send($0) }
            tell.yield(.resultsSent(unreadable: unreadable ?? []))
        }
    }

    /// Keeps something in the results; what cannot be kept is said, once a sort, and the load goes on.
    func save(_ what: String, _ write: (AgentFolder) throws -> Void) async {
        guard let folder = assignment?.folder else { return }
        do {
            try write(folder)
        } catch {
            if unsaved.insert(what).inserted { await log(.error, "\(what) could not be saved: \(error)") }
        }
    }

    func keep(_ made: PutLedger, final: Bool) async {
        do {
            try assignment?.ledgerFile.keep(made, at: SystemClock.now, final: final)
        } catch {
            if unsaved.insert("ledger").inserted { await log(.error, "the ledger could not be saved: \(error)") }
        }
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

    func log(_ level: LogLine.Level, _ text: String) async {
        let line = LogLine(moment: SystemClock.now, level: level, text: text)
        logFile.append("\(UTC.label(nanoseconds: SystemClock.utcNanoseconds)) \(level) \(text)")
        await report(.log([line]))
    }

    /// Ends what runs, saves, says goodbye and closes the link; bounded by a few seconds.
    func leave(_ reason: ExitReason) async {
        waking?.cancel()
        heartbeat?.cancel()
        sending?.cancel()
        stage?.end()
        await log(.info, "leaving: \(reason)")
        await awaitEndOfStage()
        if reason == .ordered { assignment?.ledgerFile.remove() }
        sync()
        await report(.leaving(why: "\(reason)"))
        await flush(within: .seconds(2))
        link.close()
        tell.finish()
    }

    func flush(within deadline: Duration) async {
        let link = link
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await link.flush() }
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
