import Foundation
import Measurement
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Clocks that differ", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Clocks {
        /// How far each agent's clock is ahead. All hosts share this kernel's clock, so nothing else differs.
        private static let offsets: [String: Duration] = ["h1": .seconds(3600), "h2": .seconds(-3), "h3": .zero]

        @Test("+1 h and −3 s: offsets are measured within their bounds, and so is the start skew, which is printed with its bound")
        func hourAhead() async throws { try await onFleet(3, performWithOffsets) }

        private func performWithOffsets(_ fleet: Fleet, _ folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet) { host in
                ", env: {MUSTER_TEST_CLOCK_OFFSET_NS: \"\(Self.offsets["h\(host)"]?.wholeNanoseconds ?? 0)\"}"
            }
            playbook.duration = "2s"
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            var measured: Set<String> = []
            for event in run.events {
                guard case .clockMeasured(let agent, let offset, let bound) = event.kind else { continue }
                measured.insert(agent.text)
                let known = try #require(Self.offsets[agent.text])
                #expect(abs(offset - known) <= bound, "\(agent): \(offset) ± \(bound), known is \(known)")
                #expect(bound < .seconds(1))
            }
            #expect(measured == Set(Self.offsets.keys))
            try expectSkew(run)
        }

        private func expectSkew(_ run: EndedRun) throws {
            let moments = try Self.offsets.map { agent, offset in
                let stages = try AgentFolder.readStages("\(run.folder.path)/agents/\(agent)")
                let load = try #require(stages.first { $0.stage.number == TestPlaybook.load })
                return try #require(load.firstOperation) - offset
            }
            let known = try #require(moments.max()) - (try #require(moments.min()))
            let event = try #require(run.all("start_skew").first { $0.kind.stage?.number == TestPlaybook.load })
            guard case .startSkew(_, let skew, let bound) = event.kind else { return }
            #expect(abs(skew - known) <= bound, "\(skew) ± \(bound), known is \(known)")
            let inMicroseconds = { (time: Duration) in fixed(time.inSeconds * 1e6, decimals: 0) }
            let line = "start skew \(inMicroseconds(skew)) µs (± \(inMicroseconds(bound)) µs)"
            #expect(run.finished.errors.contains(line), "\(run.finished)")
            // Under 5 ms on a machine that has nothing else to do; these tests may run on one that has.
            print("\(line); really \(inMicroseconds(known)) µs")
        }

        private func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
    }
}
