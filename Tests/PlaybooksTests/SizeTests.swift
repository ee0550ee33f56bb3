import Plans
import Testing
import Vocabulary

@Suite struct SizeTests {
    static let uniform = SizeDistribution.uniform(minimum: ByteCount(1000), maximum: ByteCount(64_000))
    static let lognormal = SizeDistribution.lognormal(
        mean: 1_048_576, standardDeviation: 524_288, minimum: ByteCount(1024), maximum: ByteCount(10_485_760))

    @Test(
        "every spelling of a size means the same in PUT and in prepare",
        arguments: [
            ("size_spec: 1KB", SizeDistribution.fixed(ByteCount(1000))), ("size_spec: {fixed: 1KB}", .fixed(ByteCount(1000))),
            ("size_spec: {type: fixed, size: 1KB}", .fixed(ByteCount(1000))), ("size_spec: {uniform: {min: 1KB, max: 64KB}}", uniform),
            ("size_distribution: {type: uniform, min: 1KB, max: 64KB}", uniform), ("size_spec: \"32KB\"", .fixed(ByteCount(32_000))),
            ("size_distribution: {type: lognormal, mean: 1048576, std_dev: 524288, min: 1024, max: 10485760}", lognormal),
            ("size_spec: {lognormal: {mean: 1MiB, std_dev: 512KiB, min: 1KiB, max: 10MiB}}", lognormal),
            ("size_spec: {uniform: {min: 5, max: 5}}", .fixed(ByteCount(5))),
        ])
    func spellings(text: String, sizes: SizeDistribution) throws {
        let put = "target: file:///d/\nworkload:\n  - op: put\n    path: x/\n    \(text)\n"
        #expect(try plan(put).load().operations.first?.sizes == sizes)
        let prepare = "target: file:///d/\nprepare:\n  ensure_objects:\n    - count: 3\n      \(text)\n"
        #expect(try plan(prepare).prepare().sets.first?.sizes == sizes)
    }

    @Test("min_size and max_size are 1 MiB each where they are left out")
    func bounds() throws {
        func sizes(_ text: String) throws -> SizeDistribution? {
            try plan("target: file:///d/\nprepare:\n  ensure_objects:\n    - {count: 3, \(text)}\n").prepare().sets.first?.sizes
        }
        #expect(try sizes("fill: random") == .fixed(.mebibytes(1)))
        #expect(try sizes("min_size: 1KiB, max_size: 4KiB") == .uniform(minimum: .kibibytes(1), maximum: .kibibytes(4)))
        #expect(try sizes("min_size: 4KiB, max_size: 4KiB") == .fixed(.kibibytes(4)))
        #expect(try sizes("min_size: 1KiB") == .uniform(minimum: .kibibytes(1), maximum: .mebibytes(1)))
        #expect(try sizes("max_size: 1KiB") == .fixed(.kibibytes(1)))
        #expect(try sizes("min_size: 2MiB") == .fixed(.mebibytes(2)))
    }

    @Test(
        "an impossible size says what is wrong with it",
        arguments: [
            ("{uniform: {min: 9, max: 1}}", "is less than min"), ("{uniform: {min: 9}}", "is missing"),
            ("{fixed: 1, uniform: {min: 1, max: 2}}", "a second distribution"),
            ("{}", "says no size"), ("{type: normal, mean: 1}", "should be one of fixed, uniform, lognormal, not `normal`"),
            ("{lognormal: {mean: 5}}", "is missing"), ("[1]", "should be a size, not a list"), ("{uniform: 5}", "should be a map, not `5`"),
            ("{type: uniform, minn: 1, min: 1, max: 2}", "unknown key"),
        ])
    func impossible(text: String, what: String) {
        let found = errors("target: file:///d/\nworkload:\n  - {op: put, path: x/, size_spec: \(text)}\n")
        #expect(found.map(\.what).contains(what))
        #expect(found.allSatisfy { $0.key.hasPrefix("workload[0].size_spec") })
    }

    @Test("two sizes for one thing are one too many")
    func twice() {
        let found = errors("target: file:///d/\nworkload:\n  - {op: put, path: x/, size_spec: 1, object_size: 2}\n")
        #expect(found.map(\.what) == ["a second size"])
        let prepared = errors("target: file:///d/\nprepare:\n  ensure_objects:\n    - {count: 1, size_spec: 1, min_size: 2}\n")
        #expect(prepared.map(\.key) == ["prepare.ensure_objects[0].min_size"])
    }
}
