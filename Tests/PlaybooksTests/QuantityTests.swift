import Plans
import Testing
import Vocabulary

@Suite struct QuantityTests {
    @Test(
        "a duration is seconds, or numbers with units",
        arguments: [
            ("90", 90_000), ("0.5", 500), ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000), ("1d", 86_400_000),
            ("1h30m", 5_400_000), ("1d 12h", 129_600_000), ("\"300\"", 300_000), ("1,000", 1_000_000), ("1_000", 1_000_000),
            ("1 000", 1_000_000), ("2 min", 120_000), ("1.5h", 5_400_000), ("1e3", 1_000_000),
        ])
    func durations(text: String, milliseconds: Int) throws {
        #expect(try plan(base + "duration: \(text)\n").load().duration == .milliseconds(milliseconds))
    }

    @Test(
        "what is no duration is refused",
        arguments: ["-1", "5x", "m", "\"\"", "30s5m", "1h1h", "1,5", "nan", "inf", "[1]", "{a: 1}", "99999999d", "1__s"])
    func noDurations(text: String) {
        let found = errors(base + "duration: \(text)\n")
        #expect(found.count == 1)
        #expect(found.first?.key == "duration")
        #expect(found.first?.place?.line == 4)
        #expect(found.first?.place?.column == 11)
    }

    @Test(
        "a size is bytes, binary or decimal units, kept apart",
        arguments: [
            ("1048576", 1_048_576), ("64KiB", 65_536), ("64KB", 64_000), ("8MB", 8_000_000), ("8MiB", 8_388_608), ("1.5GiB", 1_610_612_736),
            ("1 kb", 1000), ("1,048,576", 1_048_576), ("1_048_576", 1_048_576), ("262 144", 262_144), ("\"32KB\"", 32_000), ("10B", 10),
            ("0x100", 256), ("2TB", 2_000_000_000_000), ("0", 0),
        ])
    func sizes(text: String, bytes: Int64) throws {
        let text = "target: file:///d/\nworkload:\n  - op: put\n    path: x/\n    object_size: \(text)\n"
        #expect(try plan(text).load().operations.first?.sizes == .fixed(ByteCount(bytes)))
    }

    @Test(
        "what is no size is refused, bare K among it",
        arguments: ["64K", "-1", "1.5", "MB", "1XB", "12,34", "99999999999999999999", "9e30KB"])
    func noSizes(text: String) {
        let found = errors("target: file:///d/\nworkload:\n  - op: put\n    path: x/\n    object_size: \(text)\n")
        #expect(found.map(\.key) == ["workload[0].object_size"])
        #expect(found.first?.fix?.contains("64KiB is 65536 bytes") == true || found.first?.what.contains("at least") == true)
    }

    @Test(
        "a whole number may have separators between groups of three",
        arguments: [
            ("1,000", 1000), ("12_000", 12_000), ("1 000", 1000), ("\"64\"", 64), ("+7", 7), ("0x10", 16), ("0o17", 15), ("1e3", 1000),
        ])
    func integers(text: String, number: Int) throws {
        #expect(try plan(base + "concurrency: \(text)\n").load().workers == number)
    }

    @Test(
        "what is no whole number is refused",
        arguments: ["1.5", "0", "-3", "1,00", "1,0000", "many", "70000", "true", "[1]", "1_", "99999999999999999999"])
    func noIntegers(text: String) {
        #expect(errors(base + "concurrency: \(text)\n").map(\.key) == ["concurrency"])
    }

    @Test("booleans are those of YAML 1.2", arguments: [("true", true), ("True", true), ("FALSE", false), ("\"true\"", true)])
    func booleans(text: String, value: Bool) throws {
        let text = "target: file:///d/\nprepare:\n  force_overwrite: \(text)\n  ensure_objects: [{count: 1}]\n"
        #expect(try plan(text).prepare().forceOverwrite == value)
        #expect(
            errors("target: file:///d/\nprepare:\n  cleanup: yes\n  ensure_objects: [{count: 1}]\n").map(\.what) == [
                "should be true or false, not `yes`"
            ])
    }
}
