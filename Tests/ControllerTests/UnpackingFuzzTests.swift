@testable import Agent
@testable import Controller
import Foundation
import Link
import Results
import TestKit
import Testing
import Vocabulary

/// What an agent sends of its results may be anything: nothing of it is written outside of its folder, nothing fills the disk, nothing crashes.
@Suite struct UnpackingFuzzTests {
    private static let hostile = [
        "../outside", "..", "/tmp/muster-fuzz-outside", "a/../../outside", "link/outside", "hard", "soft", "a", "a/b", "a/b/c", "", ".",
        "dir",
        "fifo", "x\u{0}y", String(repeating: "d/", count: 40) + "x", String(repeating: "n", count: 300), LiveLog.name, "dir/e",
    ]

    @Test("Spoilt streams of pieces, and pieces that are meant ill, stay in the agent's folder and under its limit")
    func stream() async throws {
        try await withTemporaryFolder { folder in
            let there = folder.appendingPathComponent("there")
            let honest = try await makeStream(there)
            let end = ContinuousClock.now + .seconds(Fuzzing.seconds)
            var (round, whole, refused) = (UInt64(0), 0, 0)
            while ContinuousClock.now < end || round < 100 {
                round += 1
                var noise = CollectionTests.Noise(state: (round ^ Fuzzing.seed) &* 0x9e37_79b9_7f4a_7c15)
                let bytes = round % 2 == 0 ? spoil(honest, &noise) : try make(&noise)
                let trouble = try unpack(bytes, in: folder.appendingPathComponent("round"), &noise)
                if trouble == nil { whole += 1 } else { refused += 1 }
                try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["there"], "round \(round)")
            }
            #expect(whole > 0 && refused > round / 4, "\(whole) of \(round)")
        }
    }

    private func makeStream(_ there: URL) async throws -> [UInt8] {
        try FileManager.default.createDirectory(at: there.appendingPathComponent("a"), withIntermediateDirectories: true)
        try Data(repeating: 7, count: 5000).write(to: there.appendingPathComponent("a/b"))
        try Data("text".utf8).write(to: there.appendingPathComponent("c"))
        var bytes: [UInt8] = []
        _ = try await ResultFiles(directory: there.path).send { bytes += ReportStream.framed(try $0.encoded()) }
        return bytes
    }

    private func spoil(_ bytes: [UInt8], _ noise: inout CollectionTests.Noise) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<noise.below(4) {
            let place = noise.below(bytes.count)
            switch noise.below(4) {
            case 0: bytes[place] ^= UInt8(1 << noise.below(8))
            case 1: bytes.removeSubrange(place..<min(bytes.count, place + noise.below(40)))
            case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + noise.below(200))], at: noise.below(bytes.count))
            default: bytes.insert(UInt8(noise.below(256)), at: place)
            }
        }
        return bytes
    }

    /// Well-formed pieces of an agent that means ill.
    private func make(_ noise: inout CollectionTests.Noise) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<(1 + noise.below(12)) {
            let huge: [UInt64] = [0, 1, 100, 1 << 31, 1 << 40, 1 << 62, 1 << 63, .max]
            let isLast = noise.below(3) == 0
            let piece = ResultPiece(
                path: Self.hostile[noise.below(Self.hostile.count)], offset: noise.below(2) == 0 ? 0 : huge[noise.below(huge.count)],
                bytes: Array(repeating: 1, count: noise.below(3) * 2000), size: huge[noise.below(huge.count)], isLast: isLast,
                sha256: isLast ? Array(repeating: 0, count: 32) : [])
            // One that would not be sent comes all the same, from whoever does not ask.
            bytes += ReportStream.framed(try Report.file(piece).encoded())
        }
        return bytes
    }

    /// Unpacks into a folder with links and other traps in it; the first trouble, nil where all came whole.
    private func unpack(_ bytes: [UInt8], in base: URL, _ noise: inout CollectionTests.Noise) throws -> String? {
        let files = FileManager.default
        let inside = base.appendingPathComponent("in")
        defer { try? files.removeItem(at: base) }
        try files.createDirectory(at: inside.appendingPathComponent("dir"), withIntermediateDirectories: true)
        try Data("precious".utf8).write(to: base.appendingPathComponent("victim"))
        try files.createSymbolicLink(atPath: inside.path + "/link", withDestinationPath: "..")
        try files.createSymbolicLink(atPath: inside.path + "/soft", withDestinationPath: "../victim")
        try files.linkItem(atPath: base.path + "/victim", toPath: inside.path + "/hard")
        mkfifo(inside.path + "/fifo", 0o600)
        var limits = ResultIntake.Limits()
        limits.bytes = 20_000
        limits.files = 6
        let parts = noise.below(2) == 0 ? [:] : ResultReceiver.partsOnDisk(inside.path)
        var receiver = ResultReceiver(intake: try ResultIntake(folder: inside.path, limits: limits), goingOnWith: parts)
        var trouble: String?
        do {
            var stream = ReportStream()
            for start in stride(from: 0, to: bytes.count, by: 1000) {
                for report in try stream.take(Array(bytes[start..<min(start + 1000, bytes.count)])) {
                    if case .file(let piece) = report { receiver.take(piece) }
                    if case .resultsEnd(let files, let bytes, let missing) = report {
                        receiver.end(files: files, bytes: bytes, missing: missing)
                    }
                }
            }
        } catch {
            trouble = "\(error)"
        }
        // Direct calls too: whatever a decoder lets through.
        let intake = try ResultIntake(folder: inside.path, limits: limits)
        for path in Self.hostile { try? intake.place(path, offset: Int64(noise.below(3)), [1, 2, 3]) }
        try #require(try String(contentsOf: base.appendingPathComponent("victim"), encoding: .utf8) == "precious")
        try #require(try files.contentsOfDirectory(atPath: base.path).sorted() == ["in", "victim"])
        try #require(!files.fileExists(atPath: "/tmp/muster-fuzz-outside"))
        let sizes = try files.subpathsOfDirectory(atPath: inside.path).map {
            (try files.attributesOfItem(atPath: "\(inside.path)/\($0)")[.size] as? Int64) ?? 0
        }
        try #require(sizes.reduce(0, +) < 2 * 20_000 + 100_000)
        return trouble ?? receiver.trouble ?? (receiver.isComplete ? nil : "it has no end")
    }
}
