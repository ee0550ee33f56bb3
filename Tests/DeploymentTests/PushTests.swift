import Deployment
import Foundation
import Plans
import TestKit
import Testing
import Vocabulary

@Suite struct PushTests {
    /// A folder with all that a push may hold, and a large file that does not shrink.
    private func makeData(_ fleet: FakeFleet) throws -> URL {
        let folder = fleet.home.deletingLastPathComponent().appendingPathComponent("data")
        let deep = folder.appendingPathComponent("sub folder/é \u{1f600} $(x)/" + String(repeating: "long", count: 50))
        try FileManager.default.createDirectory(at: deep, withIntermediateDirectories: true)
        try Data("it's\n".utf8).write(to: deep.appendingPathComponent(String(repeating: "n", count: 120)))
        let noise = try #require(FileHandle(forReadingAtPath: "/dev/urandom")).readData(ofLength: 3_000_000)
        try noise.write(to: folder.appendingPathComponent("large"))
        try Data().write(to: folder.appendingPathComponent("-empty"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: "sub folder/" + String(repeating: "l", count: 130))
        try FileManager.default.setAttributes([.posixPermissions: 0o751], ofItemAtPath: folder.path + "/large")
        return folder
    }

    private func pack(_ fleet: FakeFleet, _ from: URL, to: String, mode: Int? = nil) throws -> FilePackage {
        try FilePackage(
            FilePush(from: from.path, to: to, mode: mode), cacheDirectory: fleet.home.deletingLastPathComponent().path + "/bundles")
    }

    private func deploy(_ fleet: FakeFleet, _ agent: Int, _ packages: [FilePackage], on host: LocalHost? = nil) async throws
        -> DeployedAgent
    {
        try await fleet.deployer.deploy(
            fleet.settings(agent), bringing: packages, on: host ?? fleet.host, deadline: .seconds(60))
    }

    @Test("Files and folders arrive byte for byte with their permissions, once a host, and go with the run directory")
    func arrive() async throws {
        try await withFakeFleet { fleet in
            let data = try makeData(fleet)
            let tool = data.appendingPathComponent("large")
            let packages = [try pack(fleet, data, to: "some/where"), try pack(fleet, tool, to: "bin/tool", mode: 0o700)]
            let first = try await deploy(fleet, 1, packages)
            #expect(
                try await fleet.output("diff -r --no-dereference '\(data.path)' '\(first.directory)/files/some/where' && echo same")
                    == "same")
            #expect(try await fleet.output("cd '\(first.directory)/files' && stat -c %a some/where/large bin/tool") == "751\n700")
            #expect(first.bytesSent > ByteCount(6_000_000))
            let second = try await deploy(fleet, 2, [try pack(fleet, data, to: "some/where"), packages[1]])
            #expect(second.bytesSent < ByteCount(10_000))
            #expect(try await fleet.output("cmp '\(tool.path)' '\(second.directory)/files/bin/tool' && echo same") == "same")
            #expect(await fleet.deployer.withdraw(second, on: fleet.host).isProven)
            try await fleet.deployer.remove(second, on: fleet.host)
            #expect(!FileManager.default.fileExists(atPath: second.directory))
        }
    }

    @Test("What has changed is packed and sent anew, and its old package is not kept here")
    func changes() async throws {
        try await withFakeFleet { fleet in
            let file = fleet.home.deletingLastPathComponent().appendingPathComponent("one")
            try Data("before".utf8).write(to: file)
            let before = try pack(fleet, file, to: "one")
            #expect(try pack(fleet, file, to: "one").sha256 == before.sha256)
            try Data("and after".utf8).write(to: file)
            let after = try pack(fleet, file, to: "one")
            #expect(after.sha256 != before.sha256)
            let bundles = fleet.home.deletingLastPathComponent().path + "/bundles"
            #expect(try FileManager.default.contentsOfDirectory(atPath: bundles).filter { $0.hasSuffix(".tgz") } == [after.sha256 + ".tgz"])
        }
    }

    @Test("What cannot be read here is named before any host is touched", arguments: ["nothing", "/dev/null", "nothing/below"])
    func unreadable(_ path: String) async throws {
        #expect {
            _ = try FilePackage(FilePush(from: path, to: "x"), cacheDirectory: "/nonexistent")
        } throws: { error in
            if case .unusablePush(path: path, _)? = error as? DeploymentError { true } else { false }
        }
    }

    /// Tools of a host that receives by `receiver`, in whose place `instead` stands where it is to take more than 2 MB.
    private func tools(_ fleet: FakeFleet, _ receiver: String, instead: String) throws -> LocalHost {
        let tools = fleet.home.deletingLastPathComponent().appendingPathComponent("tools")
        try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: true)
        let large = "n=0; for a; do case $a in count=*) n=${a#count=};; [0-9]*) n=$a;; esac; done; [ \"$n\" -gt 2000000 ]"
        _ = try fleet.program(
            "tools/\(receiver)", "#!/bin/sh\nif \(large); then \(instead); else exec /usr/bin/\(receiver) \"$@\"; fi\n")
        if receiver == "head" { _ = try fleet.program("tools/dd", "#!/bin/sh\nexit 1\n") }
        return fleet.host(path: "\(tools.path):/usr/bin:/bin")
    }

    @Test(
        "A launch that broke off is gone on with: the next one is sent only what had not arrived", arguments: ["dd", "head"])
    func resumed(by receiver: String) async throws {
        try await withFakeFleet { fleet in
            let data = try makeData(fleet)
            let package = try pack(fleet, data, to: "data")
            // A host whose connection ends in the middle: it reads part of what it is to.
            let breaking = try tools(fleet, receiver, instead: "exec /usr/bin/head -c 2000000")
            await #expect { _ = try await deploy(fleet, 1, [package], on: breaking) } throws: { reason($0) == .broken }
            #expect(!FileManager.default.fileExists(atPath: fleet.runs.path))
            let agent = try await deploy(fleet, 1, [package])
            #expect(agent.bytesSent < ByteCount(1_500_000))
            #expect(try await fleet.output("cmp '\(data.path)/large' '\(agent.directory)/files/data/large' && echo same") == "same")
            #expect(try await fleet.output("ls '\(fleet.cache.path)' | grep -c part-") == "0")
        }
    }

    @Test("What another launch had received damaged is received once more, whole")
    func damagedPart() async throws {
        try await withFakeFleet { fleet in
            let package = try pack(fleet, try makeData(fleet), to: "data")
            try FileManager.default.createDirectory(at: fleet.cache, withIntermediateDirectories: true)
            // No process has this number: pid_max is below it.
            try Data(count: 4096).write(to: fleet.cache.appendingPathComponent("part-\(package.sha256)-99999999"))
            let agent = try await deploy(fleet, 1, [package])
            #expect(agent.bytesSent > ByteCount(3_000_000))
            #expect(try await fleet.output("ls '\(fleet.cache.path)' | grep -c part-") == "0")
        }
    }

    @Test("A host that stores something else refuses, and keeps none of it", arguments: ["dd", "head"])
    func damaged(by receiver: String) async throws {
        try await withFakeFleet { fleet in
            let package = try pack(fleet, try makeData(fleet), to: "data")
            _ = try await fleet.deploy(9)
            let host = try tools(fleet, receiver, instead: "/usr/bin/\(receiver) \"$@\" | tr a b")
            await #expect { _ = try await deploy(fleet, 1, [package], on: host) } throws: { reason($0) == .checksum }
            #expect(try await fleet.output("cd '\(fleet.cache.path)'; find . -type f | grep -v ./agents/") == "")
        }
    }
}
