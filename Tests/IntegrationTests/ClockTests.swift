import Foundation
import Measurement
import Results
import TestKit
import Testing
import Vocabulary

extension WholeRuns {
    @Suite("Clocks that differ", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct Clocks {
        /// How each agent's clock is wrong. All hosts share this kernel's clock, so nothing else differs.
        private struct Wrong {
            var offset: Duration
            var partsPerMillion: Int64

            /// As it is read when this machine's monotonic clock is at `moment`.
            func offset(at moment: Int64) -> Duration { offset + .nanoseconds(moment / 1_000_000 * partsPerMillion) }
            /// This machine's monotonic clock when the agent's is at `moment`.
            func here(_ moment: Moment) -> Double {
                Double(moment.nanoseconds - offset.wholeNanoseconds) / (1 + Double(partsPerMillion) / 1e6)
            }
        }

        private static let clocks = [
            "h1": Wrong(offset: .seconds(3600), partsPerMillion: 500), "h2": Wrong(offset: .seconds(-3600), partsPerMillion: 0),
            "h3": Wrong(offset: .zero, partsPerMillion: -400),
        ]

        @Test(
            "±1 h and drifting by 500 ppm: offsets are measured within their bounds, and so is the start skew, which is printed with its bound"
        )
        func wrong() async throws { try await onFleet(3, performWithWrongClocks) }

        private func performWithWrongClocks(_ fleet: Fleet, _ folder: URL) async throws {
            var playbook = TestPlaybook(on: fleet) { host in
                let clock = Self.clocks["h\(host)"]
                return """
                    , env: {MUSTER_TEST_CLOCK_OFFSET_NS: "\(clock?.offset.wholeNanoseconds ?? 0)", \
                    MUSTER_TEST_CLOCK_DRIFT_PPM: "\(clock?.partsPerMillion ?? 0)"}
                    """
            }
            playbook.duration = "6s"
            let run = try await StartedRun.start(playbook, in: folder).end(0)
            let zero = try #require(run.record.controller?.zero).wholeNanoseconds
            var measured: Set<String> = []
            for event in run.events {
                guard case .clockMeasured(let agent, let offset, let bound) = event.kind else { continue }
                measured.insert(agent.text)
                let known = try #require(Self.clocks[agent.text]).offset(at: zero + event.elapsed.wholeNanoseconds)
                #expect(abs(offset - known) <= bound, "\(agent): \(offset) ± \(bound), known is \(known)")
                #expect(bound < .seconds(1))
            }
            #expect(measured == Set(Self.clocks.keys))
            try expectSkew(run)
        }

        private func expectSkew(_ run: EndedRun) throws {
            let moments = try Self.clocks.map { agent, clock in
                let stages = try AgentFolder.readStages("\(run.folder.path)/agents/\(agent)")
                let load = try #require(stages.first { $0.stage.number == TestPlaybook.load })
                return clock.here(try #require(load.firstOperation))
            }
            let known = Duration.nanoseconds(Int64(try #require(moments.max()) - (try #require(moments.min()))))
            let event = try #require(run.all("start_skew").first { $0.kind.stage?.number == TestPlaybook.load })
            guard case .startSkew(_, let skew, let bound) = event.kind else { return }
            // The hook's clock goes in steps of half a microsecond.
            #expect(abs(skew - known) <= bound + .microseconds(2), "\(skew) ± \(bound), known is \(known)")
            let inMicroseconds = { (time: Duration) in fixed(time.inSeconds * 1e6, decimals: 0) }
            let line = "start skew \(inMicroseconds(skew)) µs (± \(inMicroseconds(bound)) µs)"
            #expect(run.finished.errors.contains(line), "\(run.finished)")
            // Under 5 ms on a machine that has nothing else to do; these tests may run on one that has.
            print("\(line); really \(inMicroseconds(known)) µs")
        }

        private func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
    }
}
