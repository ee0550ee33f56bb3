@testable import Agent
@testable import Controller
import Foundation
import Link
import Results
import TestKit
import Testing

/// Results on their way home, cut off at any byte.
@Suite struct CollectionTests {
    /// A step of a linear congruential generator, for repeatable noise.
    struct Noise {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
    }

    private struct Cut: Error {}

    /// Sends what is missing up to byte `cut` of the stream; false: to its end.
    private func send(from: URL, to receiver: inout ResultReceiver, cut: Int) async throws -> (isCut: Bool, pieces: Int) {
        var left = cut
        var stream = ReportStream()
        var bytes = 0
        receiver.restart()
        let held = try Order(encoded: try Order.collect(pass: 1, held: receiver.held).encoded())
        guard case .collect(_, let held) = held else { throw Cut() }
        do {
            _ = try await ResultFiles(directory: from.path, held: held).send { report in
                let frame = ReportStream.framed(try report.encoded())
                for report in try stream.take(Array(frame.prefix(left))) {
                    switch report {
                    case .file(let piece):
                        receiver.take(piece)
                        bytes += piece.bytes.count
                    case .resultsEnd(let files, let bytes, _): receiver.end(files: files, bytes: bytes)
                    default: Issue.record("\(report)")
                    }
                }
                left -= frame.count
                if left <= 0 { throw Cut() }
            }
            return (false, bytes)
        } catch is Cut {
            return (true, bytes)
        }
    }

    private func makeFiles(in folder: URL, _ noise: inout Noise) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for (index, size) in [0, 1, 300_000, noise.below(2_000_000), ResultPiece.byteLimit, noise.below(100)].enumerated() {
            var data = Data(count: size)
            for place in stride(from: 0, to: size, by: 97) { data[place] = UInt8(noise.below(256)) }
            let name = index % 2 == 0 ? "f\(index)" : "sub/deep/f\(index)"
            let place = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: place)
            files[name] = data
        }
        return files
    }

    @Test("Cut at random bytes, by one controller or several, results come home once and whole", arguments: 1...12 as ClosedRange<UInt64>)
    func cuts(seed: UInt64) async throws {
        try await withTemporaryFolder { folder in
            var noise = Noise(state: seed)
            let (there, here) = (folder.appendingPathComponent("there"), folder.appendingPathComponent("here"))
            var files = try makeFiles(in: there, &noise)
            try FileManager.default.createDirectory(at: here, withIntermediateDirectories: true)
            var receiver = ResultReceiver(intake: try ResultIntake(folder: here.path))
            var moved = 0
            for round in 0... {
                try #require(round < 200)
                if noise.below(3) == 0 {
                    receiver = ResultReceiver(
                        intake: try ResultIntake(folder: here.path), goingOnWith: ResultReceiver.partsOnDisk(here.path))
                }
                let sent = try await send(from: there, to: &receiver, cut: 1 + noise.below(700_000))
                moved += sent.pieces
                if !sent.isCut { break }
                #expect(!receiver.isComplete)
                // A log goes on growing between two sendings.
                files["f0", default: Data()].append(UInt8(round & 0xff))
                try files["f0"]?.write(to: there.appendingPathComponent("f0"))
            }
            #expect(receiver.isComplete, "\(receiver.trouble ?? "")")
            #expect(receiver.files == files.count)
            for (name, data) in files { #expect(try Data(contentsOf: here.appendingPathComponent(name)) == data, "\(name)") }
            #expect(moved == files.values.reduce(0) { $0 + $1.count }, "no byte came twice")
        }
    }

    @Test("A file that is another one now comes anew, whatever is here of it", arguments: ["longer", "shorter", "other bytes"])
    func changed(how: String) async throws {
        try await withTemporaryFolder { folder in
            let (there, here) = (folder.appendingPathComponent("there"), folder.appendingPathComponent("here"))
            for place in [there, here] { try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true) }
            let file = there.appendingPathComponent("a")
            try Data(repeating: 1, count: 1000).write(to: file)
            var receiver = ResultReceiver(intake: try ResultIntake(folder: here.path))
            _ = try await send(from: there, to: &receiver, cut: .max)
            #expect(receiver.isComplete)
            let data = Data(repeating: how == "longer" ? 1 : 2, count: how == "longer" ? 1500 : how == "shorter" ? 10 : 1000)
            try data.write(to: file)
            let sent = try await send(from: there, to: &receiver, cut: .max)
            #expect(receiver.isComplete && receiver.files == 1, "\(receiver.trouble ?? "")")
            #expect(sent.pieces == (how == "longer" ? 500 : data.count))
            #expect(try Data(contentsOf: here.appendingPathComponent("a")) == data)
        }
    }

    @Test("What claims to be longer than it is makes no file of that length, and the log that came while it ran is nobody's to replace")
    func claims() async throws {
        try await withTemporaryFolder { folder in
            let empty = try #require(Self.emptyPiece(of: "bomb", size: 1 << 35))
            var receiver = ResultReceiver(intake: try ResultIntake(folder: folder.path))
            receiver.take(empty)
            #expect(receiver.trouble != nil)
            #expect(try Data(contentsOf: folder.appendingPathComponent("bomb")).isEmpty)
            try Data("1\t2\t3\tinfo\tmine\n".utf8).write(to: folder.appendingPathComponent(LiveLog.name))
            receiver.restart()
            receiver.take(try #require(Self.emptyPiece(of: LiveLog.name, size: 0)))
            #expect(receiver.trouble != nil)
            #expect(try !Data(contentsOf: folder.appendingPathComponent(LiveLog.name)).isEmpty)
        }
    }

    private static func emptyPiece(of path: String, size: UInt64) -> ResultPiece? {
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(hash.dropFirst($0).prefix(2), radix: 16) }
        return ResultPiece(path: path, offset: 0, bytes: [], size: size, isLast: true, sha256: bytes)
    }
}
