import Foundation
import Playbooks
import Testing
import Vocabulary

/// Samples spoilt at random for a time: MUSTER_PLAYBOOK_FUZZ_SECONDS (default 2; scripts/test 60, scripts/soak 600).
@Suite struct FuzzTests {
    /// Bytes that mean something to YAML or to us.
    private static let tokens = [
        ":", " ", "\n", "- ", "[", "]", "{", "}", "&a ", "*a", "<<: ", "\"", "'", "|", ">", "#", "? ", "!", "%", "${", "${X:-", "}", "$${",
        ",", "~",
        "0x", "1e9", "9223372036854775807", "-1", ".inf", "true", "\t", "\r\n", "\u{FEFF}", "é", "\u{0}", "\u{2028}", "---\n", "...\n",
        "{}", "[01-99]",
        "../", "://", "*", "distributed", "type: ", "count: ", "99999999", "100d", "8EiB",
    ]

    /// A step of a linear congruential generator, for repeatable noise.
    struct Noise {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
    }

    /// `bytes` with a few places changed: bytes and lines taken away, doubled, moved, replaced.
    static func spoilt(_ bytes: [UInt8], _ noise: inout Noise) -> [UInt8] {
        var bytes = bytes
        for _ in 0...noise.below(4) {
            let place = noise.below(bytes.count + 1)
            let length = min(noise.below(12), bytes.count - place)
            switch noise.below(7) {
            case 0: bytes.removeSubrange(place..<(place + length))
            case 1: bytes.insert(contentsOf: tokens[noise.below(tokens.count)].utf8, at: place)
            case 2: bytes.replaceSubrange(place..<(place + length), with: tokens[noise.below(tokens.count)].utf8)
            case 3: bytes.insert(contentsOf: bytes[place..<(place + length)], at: noise.below(bytes.count + 1))
            case 4: if place < bytes.count { bytes[place] ^= UInt8(1 << noise.below(8)) }
            case 5: bytes = moved(bytes, &noise)
            default: bytes.insert(UInt8(noise.below(256)), at: place)
            }
        }
        return bytes
    }

    private static func moved(_ bytes: [UInt8], _ noise: inout Noise) -> [UInt8] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.remove(at: noise.below(lines.count))
        lines.insert(line, at: noise.below(lines.count + 1))
        return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    @Test("a spoilt sample is read or refused, with a place in it for everything that is said, and never takes long")
    func spoilt() throws {
        let seconds = ProcessInfo.processInfo.environment["MUSTER_PLAYBOOK_FUZZ_SECONDS"].flatMap(Double.init) ?? 2
        let samples = try SampleTests.names.map { Array(try text(of: "playbooks/\($0)").utf8) }
        let end = ContinuousClock.now + .seconds(seconds)
        var (round, planned, refused) = (UInt64(0), 0, 0)
        while ContinuousClock.now < end || round < 200 {
            var noise = Noise(state: round &* 0x9e37_79b9_7f4a_7c15 &+ 1)
            let spoilt = String(decoding: Self.spoilt(samples[noise.below(samples.count)], &noise), as: UTF8.self)
            let begun = ContinuousClock.now
            let reading = read(spoilt, options: SampleTests.options)
            #expect(ContinuousClock.now - begun < .seconds(20), "round \(round)")
            #expect((reading.plan == nil) == reading.hasErrors, "round \(round)")
            let lines =
                spoilt.unicodeScalars.count { $0 == "\n" || $0 == "\r" || $0 == "\u{85}" || $0 == "\u{2028}" || $0 == "\u{2029}" } + 2
            #expect(reading.problems.allSatisfy { ($0.place?.line ?? 1) <= lines }, "round \(round)")
            if reading.plan == nil { refused += 1 } else { planned += 1 }
            // What converts makes the same plan: Conversion itself refuses the rest.
            if round % 8 == 0 { _ = Conversion(path: "test.yaml", text: spoilt, options: SampleTests.options) }
            round += 1
        }
        // Noise that only ever spoils all, or nothing, tells little.
        #expect(planned > round / 50 && refused > round / 10, "\(planned) of \(round)")
    }
}
