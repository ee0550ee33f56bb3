import Foundation
import Results
import Testing
import Vocabulary

@Suite struct EventTests {
    @Test("every kind of event is read back as it was written, on one line")
    func roundTrip() throws {
        for event in SampleRun.events(SampleRun.kinds + SampleRun.otherKinds) {
            let line = try event.line()
            #expect(line.last == UInt8(ascii: "\n"))
            #expect(line.count(where: { $0 == UInt8(ascii: "\n") }) == 1)
            #expect(try Event(line: line) == event)
        }
    }

    @Test("the sample holds every kind, so that none is forgotten here")
    func sampleIsComplete() {
        #expect(Set((SampleRun.kinds + SampleRun.otherKinds).map(\.name)).count == 47)
    }

    @Test("a line has the keys that its readers know, with agent and stage beside the data")
    func format() throws {
        let event = Event(
            sequence: 7, utc: "2026-11-25T04:30:12.123Z", elapsed: .milliseconds(1500),
            kind: .clockMeasured(AgentID(number: 2), offset: .nanoseconds(-5), bound: .nanoseconds(9)))
        #expect(
            String(decoding: try event.line(), as: UTF8.self)
                == #"{"agent":"agent-2","data":{"bound_ns":9,"offset_ns":-5},"kind":"clock_measured","mono_ns":1500000000,"seq":7,"#
                + #""utc":"2026-11-25T04:30:12.123Z","v":2}"# + "\n")
    }

    @Test("a line that is put together by hand is what the encoder would have made")
    func quickLines() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for event in SampleRun.events(SampleRun.kinds + SampleRun.otherKinds) {
            #expect(try event.line() == Array(encoder.encode(event)) + [UInt8(ascii: "\n")])
        }
    }

    @Test("a text with newlines stays on its line")
    func newlines() throws {
        let event = Event(sequence: 1, utc: "", elapsed: .zero, kind: .agentUnreachable(AgentID(number: 1), why: "no\n  fix: a\"b"))
        #expect(try Event(line: event.line()) == event)
        #expect(try event.line().count(where: { $0 == UInt8(ascii: "\n") }) == 1)
    }

    @Test(
        "another version, an unknown kind, a missing part and garbage are refused",
        arguments: [
            #"{"v":3,"seq":1,"utc":"","mono_ns":0,"kind":"link_up","agent":"a"}"#,
            #"{"v":1,"seq":1,"utc":"","mono_ns":0,"kind":"link_up","agent":"a"}"#,
            #"{"v":2,"seq":1,"utc":"","mono_ns":0,"kind":"link_sideways","agent":"a"}"#,
            #"{"v":2,"seq":1,"utc":"","mono_ns":0,"kind":"agent_lost","agent":"a"}"#,
            #"{"v":2,"seq":1,"utc":"","mono_ns":0,"kind":"link_up","agent":"../a"}"#,
            #"{"v":2,"seq":1"#,
            "",
        ])
    func refusals(line: String) {
        #expect(throws: DecodingError.self) { try Event(line: Array(line.utf8)) }
    }
}
