import Foundation
import Glibc
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("What goes wrong on five hosts", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Faults {
        @Test("Verdict, exit code, what is home and what is left are as they have to be", arguments: Fault.tried)
        func fault(_ fault: Fault) async throws { try await onFleet(5) { try await suffer(fault, $0, in: $1) } }

        private func suffer(_ fault: Fault, _ fleet: Fleet, in folder: URL) async throws {
            let started = try await begin(fault, try await start(fault, fleet, in: folder), fleet)
            let run = try await started.end(fault.exitCode, within: .seconds(180))
            if fault == .laptopsDiskFull { return try await expectOnFullDisk(run, fleet, folder) }
            let status = try run.status()
            #expect(status.hasPrefix("TEST STATUS: \(fault.status)\n"), "\(status)")
            #expect(Set(run.record.agents.filter { $0.collected?.complete == true }.map(\.id.text)) == fault.home, "\(status)")
            #expect(Set(run.record.agents.filter { $0.presence == .gone }.map(\.id.text)) == fault.gone, "\(status)")
            #expect(run.record.agents.filter { $0.state == .lost }.map(\.id.text) == (fault.loses ? ["h\(Fault.host)"] : []), "\(status)")
            if fault.loses { #expect(status.contains("(without h\(Fault.host))"), "\(status)") }
            if fault == .cutInCollection || fault == .agentKilledInCollection {
                let bulk = try FileManager.default.attributesOfItem(atPath: "\(run.folder.path)/agents/h\(Fault.host)/bulk")
                #expect(bulk[.size] as? Int == 400 << 20)
            }
            if fault.exitCode == 0 {
                try run.expectNothingTwice(Fault.everyAgent.sorted())
                try run.expectLogsWhole(Fault.everyAgent.sorted())
            }
            #expect(run.all("controller_began").count == (fault.killedAt == nil ? 1 : 2))
            // While it prepares, the proof may have to wait for what is being pushed.
            if fault.isStop, fault != .stopNowPreparing { #expect(try run.timeToStop() < .seconds(5), "\(run.finished)") }
            #expect(try RunFolder(path: run.folder.path).recordAtHome() == run.record, "run.json is the fold of events.jsonl")
            try await expectHostsClean(fault, fleet)
        }

        private func start(_ fault: Fault, _ fleet: Fleet, in folder: URL) async throws -> StartedRun {
            var playbook = TestPlaybook(on: fleet) { host in
                let (offset, drift) = host == 2 ? (3600, 500) : host == 3 ? (-3600, -400) : (0, 0)
                return fault == .clocksWrong
                    ? ", env: {MUSTER_TEST_CLOCK_OFFSET_NS: \"\(offset)000000000\", MUSTER_TEST_CLOCK_DRIFT_PPM: \"\(drift)\"}" : ""
            }
            playbook.duration = fault == .cutFor20s || fault == .laptopAsleep ? "30s" : fault.isStop ? "120s" : "6s"
            playbook.lease = fault == .cutForEver || fault == .hostFrozen ? "10s" : "60s"
            // Long enough for a machine on which others compute, too.
            playbook.missedThreshold = fault.loses ? 12 : 120
            playbook.distributed += ["min_agents: 75%", "grpc_keepalive_interval: 1s", "grpc_keepalive_timeout: 2s"]
            playbook.barriers = ["execute: {type: majority}", "cleanup: {type: best_effort}"]
            let sh = "type: custom, command: /bin/sh, args: [\"-c\", "
            if fault == .agentsDiskFull {
                let path = "/home/deploy/.local/state/muster"
                let made = try await fleet.execute(
                    Fault.host, "mkdir -p \(path) && mount -t tmpfs -o size=1m tmpfs \(path) && chown -R deploy:deploy /home/deploy/.local")
                try #require(made.status == 0, "\(made)")
                playbook.stages.insert("{name: fill, order: 0, \(sh)\"head -c 2000000 /dev/zero > $MUSTER_RESULTS/fill || true\"]}", at: 0)
            }
            if fault == .stopNowInCommand { playbook.stages.insert("{name: wait, order: 0, \(sh)\"sleep 120\"]}", at: 0) }
            if fault == .stopNowInCleanup {
                playbook.objects = 6000
                playbook.duration = "1s"
            }
            if fault == .stopNowCollecting {
                playbook.stages.append("{name: bulk, order: 5, \(sh)\"truncate -s 5G $MUSTER_RESULTS/bulk\"]}")
                playbook.duration = "1s"
            }
            if fault == .cutInCollection || fault == .agentKilledInCollection {
                playbook.stages.append("{name: bulk, order: 5, \(sh)\"[ $(hostname) != h2 ] || truncate -s 400M $MUSTER_RESULTS/bulk\"]}")
                playbook.duration = "1s"
            }
            var results: URL?
            if fault == .laptopsDiskFull {
                let disk = folder.appendingPathComponent("disk")
                try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: false)
                let mounted = try await Execution.run("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.path])
                try #require(mounted.status == 0, "\(mounted)")
                results = disk
            }
            return try StartedRun.start(playbook, in: folder, results: results)
        }

        /// Waits for the fault's moment and does it; the run as it goes on, which may be another controller's.
        private func begin(_ fault: Fault, _ started: StartedRun, _ fleet: Fleet) async throws -> StartedRun {
            if let moment = fault.killedAt {
                try await started.waitFor(moment.kind, count: moment.count, stage: moment.stage)
                return try await started.killAndAttach()
            }
            try await waitForMoment(of: fault, started)
            try await happen(fault, started, fleet)
            return started
        }

        private func waitForMoment(of fault: Fault, _ started: StartedRun) async throws {
            switch fault {
            // No agent of 20 MiB comes over such a network in a minute: it finds them there.
            case .slowAndLossy: try await started.waitFor("agent_deployed", count: 5)
            case .stopNowPreparing: try await started.waitFor("host_reached")
            case .stopNowInCommand: try await started.waitFor("stage_began", count: 5, stage: 0)
            case .stopNowInPrepare: try await started.waitFor("stage_began", count: 5, stage: 2)
            case .stopNowInCleanup: try await started.waitFor("stage_began", count: 5, stage: 4)
            case .stopNowCollecting: try await started.waitFor("collect_ordered")
            case .cutInCollection, .agentKilledInCollection:
                try await started.waitFor("stage_ordered", stage: 5)
                let folder = try #require(started.results).path
                // Some of it is home, and much is not.
                try await eventually("a part of the bulk is home") {
                    let file = try? FileManager.default.attributesOfItem(atPath: "\(folder)/agents/h\(Fault.host)/bulk")
                    return (file?[.size] as? Int ?? 0) > 0
                }
            default: try await started.waitForLoad(agents: 5)
            }
        }

        private func happen(_ fault: Fault, _ started: StartedRun, _ fleet: Fleet) async throws {
            let host = Fault.host
            switch fault {
            case .agentKilled, .agentKilledInCollection: try await signal(SIGKILL, fleet)
            case .agentStoppedFor3s:
                try await signal(SIGSTOP, fleet)
                try await wait(3)
                try await signal(SIGCONT, fleet)
            case .agentStoppedForEver: try await signal(SIGSTOP, fleet)
            case .hostFrozen: try await fleet.pause(host)
            case .cutFor2s, .cutFor20s, .cutInCollection:
                try await fleet.cut(host)
                try await wait(fault == .cutFor20s ? 20 : 2)
                try await fleet.heal(host)
            case .cutForEver: try await fleet.cut(host)
            case .slowAndLossy:
                try await fleet.slow(1, delay: 100, jitter: 25, loss: 0)
                try await fleet.slow(host, delay: 100, jitter: 25, loss: 5)
            case .laptopsDiskFull:
                _ = try await Execution.run("/bin/dd", ["if=/dev/zero", "of=\(started.parent.path)/filler", "bs=1k"])
            case .laptopAsleep:
                started.signal(SIGSTOP)
                try await wait(20)
                started.signal(SIGCONT)
            case .secondController:
                let second = try await started.muster("attach")
                #expect(second.status != 0 && second.errors.contains("\(started.execution.processID)"), "\(second)")
            case .stopInLoad:
                let stopped = try await started.muster("stop")
                #expect(stopped.status == 0, "\(stopped)")
            case _ where fault.isStop:
                let stopped = try await started.muster("stop", "--now")
                #expect(stopped.status == 0, "\(stopped)")
            default: break
            }
        }

        private func signal(_ number: Int32, _ fleet: Fleet) async throws {
            let agents = try await fleet.agentProcesses(on: Fault.host)
            try #require(agents.count == 1)
            _ = try await fleet.execute(Fault.host, "kill -\(number) \(agents[0])")
        }

        /// The time for which a fault lasts.
        private func wait(_ seconds: Int) async throws {
            let begun = ContinuousClock.now
            try await eventually("\(seconds) s", within: .seconds(60)) { ContinuousClock.now - begun >= .seconds(seconds) }
        }

        private func expectHostsClean(_ fault: Fault, _ fleet: Fleet) async throws {
            switch fault {
            case .hostFrozen, .cutForEver:
                try await fleet.expectClean([1, 3, 4, 5])
                if fault == .hostFrozen { try await fleet.resume(Fault.host) } else { try await fleet.heal(Fault.host) }
                // Nobody came for it: it ends by its own lease of 10 s, and its results wait.
                try await eventually("the agent ends with its lease", within: .seconds(60)) {
                    try await fleet.processes(on: Fault.host) == []
                }
                try await fleet.expectClean([Fault.host], butResults: true)
            case .agentsDiskFull: try await fleet.expectClean(1...5, butResults: true)
            default:
                try await eventually("nothing runs") { try await fleet.processes(on: 1) == [] }
                try await fleet.expectClean(1...5, butResults: fault.isStop)
            }
        }

        /// The figures are on the screen, and so is what is missing of the files.
        private func expectOnFullDisk(_ run: EndedRun, _ fleet: Fleet, _ folder: URL) async throws {
            let unmounted = try await Execution.run("/bin/umount", [folder.appendingPathComponent("disk").path])
            #expect(unmounted.status == 0, "\(unmounted)")
            for words in ["DEGRADED", "events.jsonl lacks", "Agents seen gone: 5 of 5"] {
                #expect(run.finished.errors.contains(words), "\(words)\n\(run.finished)")
            }
            try await fleet.expectClean(1...5, butResults: true)
        }
    }
}
