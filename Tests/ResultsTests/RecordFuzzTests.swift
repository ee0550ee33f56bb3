import Foundation
import Results
import TestKit
import Testing
import Vocabulary

/// Logs and record files as a crash, a full disk or somebody's editor may leave them: they are read or refused, never a crash, and
/// what was read is what its whole lines say.
@Suite struct RecordFuzzTests {
    private struct Noise {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
    }

    private static let tokens = [
        "\"", "{", "}", "[", "]", ":", ",", "\n", "null", "-1", "1e400", "99999999999999999999", "\"v\":3", "\"seq\":0", "\\u0000",
        "\\ud800",
        "\"mono_ns\":-9223372036854775808", "\"mono_ns\":9223372036854775807", "\"kind\":\"run_ended\"", "\"stage\":9223372036854775807",
        "é",
    ]

    private func spoil(_ bytes: [UInt8], _ noise: inout Noise) -> [UInt8] {
        var bytes = bytes
        for _ in 0...noise.below(3) {
            let place = noise.below(bytes.count + 1)
            let length = min(noise.below(200), bytes.count - place)
            switch noise.below(7) {
            case 0: bytes.removeSubrange(place..<(place + length))
            case 1: bytes.insert(contentsOf: Self.tokens[noise.below(Self.tokens.count)].utf8, at: place)
            case 2: bytes.insert(contentsOf: bytes[place..<(place + length)], at: noise.below(bytes.count + 1))
            case 3: if place < bytes.count { bytes[place] ^= UInt8(1 << noise.below(8)) }
            case 4: bytes.replaceSubrange(place..<(place + length), with: [UInt8](repeating: 0, count: length))
            case 5: swapNumbers(&bytes, &noise)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    /// Puts another number where one stands.
    private func swapNumbers(_ bytes: inout [UInt8], _ noise: inout Noise) {
        let digits = bytes.indices.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[$0]) }
        guard !digits.isEmpty else { return }
        let numbers = ["-9223372036854775808", "9223372036854775807", "18446744073709551615", "0", "-1", "1.5", "1e308"]
        let place = digits[noise.below(digits.count)]
        bytes.replaceSubrange(place...place, with: numbers[noise.below(numbers.count)].utf8)
    }

    @Test("A spoilt log is read up to a whole line or refused with its line; its record only goes forward, and so does a tail of it")
    func log() async throws {
        try await withTemporaryFolder { folder in
            let whole = try SampleRun.events(SampleRun.kinds + SampleRun.otherKinds).flatMap { try $0.line() }
            let path = folder.path + "/events.jsonl"
            let end = ContinuousClock.now + .seconds(Fuzzing.seconds)
            var (round, read, refused) = (UInt64(0), 0, 0)
            while ContinuousClock.now < end || round < 50 {
                round += 1
                var noise = Noise(state: (round ^ Fuzzing.seed) &* 0x9e37_79b9_7f4a_7c15)
                let bytes = spoil(whole, &noise)
                do {
                    let contents = try EventLogContents(bytes: bytes, path: path)
                    read += 1
                    try #require(contents.wholeBytes <= bytes.count, "round \(round)")
                    try fold(contents.events, round)
                } catch let error as ResultsError {
                    refused += 1
                    try #require("\(error)".contains("line "), "round \(round)")
                }
                if round % 16 == 0 { try follow(bytes, path, &noise) }
            }
            #expect(read > 0 && refused > 0, "\(read) of \(round)")
        }
    }

    /// Every view of whatever was read can be made, and none goes backwards.
    private func fold(_ events: [Event], _ round: UInt64) throws {
        var record = RunRecord()
        for event in events {
            let before = record
            record.apply(event)
            try #require(record.elapsed >= before.elapsed && record.lastSequence >= before.lastSequence, "round \(round)")
            try #require(record.phase == before.phase || before.phase.canAdvance(to: record.phase), "round \(round)")
        }
        _ = StatusText(record).text
        _ = try record.json()
    }

    /// The same bytes as another terminal sees them come.
    private func follow(_ bytes: [UInt8], _ path: String, _ noise: inout Noise) throws {
        try Data().write(to: URL(filePath: path))
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        var tail = EventTail(path: path)
        var done = 0
        while done < bytes.count {
            let next = min(bytes.count, done + 1 + noise.below(4000))
            try file.write(contentsOf: bytes[done..<next])
            done = next
            guard (try? tail.next()) != nil else { return }
        }
    }

    @Test("A spoilt file of records gives whole records or is refused, whatever lengths it claims")
    func records() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.path + "/records.bin"
            let writer = try RecordFile.Writer(path)
            for size in [0, 1, 300, 5000] { try writer.append([UInt8](repeating: UInt8(size & 0xff), count: size)) }
            let whole = try Array(Data(contentsOf: URL(filePath: path)))
            let end = ContinuousClock.now + .seconds(Fuzzing.seconds)
            var round = UInt64(0)
            while ContinuousClock.now < end || round < 50 {
                round += 1
                var noise = Noise(state: (round ^ Fuzzing.seed) &* 0x9e37_79b9_7f4a_7c15)
                let bytes = spoil(whole, &noise)
                try Data(bytes).write(to: URL(filePath: path))
                guard let records = try? RecordFile.read(path) else { continue }
                try #require(records.reduce(0) { $0 + $1.count } <= bytes.count, "round \(round)")
            }
            #expect(round >= 50)
        }
    }
}
