import Deployment
import Foundation
import TestKit
import Testing
import Vocabulary

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct ReachingTests {
    @Test("What an agent left streams home without what the login shell prints around it")
    func remains() async throws {
        try await withFakeFleet { fleet in
            let host = fleet.host(shell: try fleet.program("noisy", "#!/bin/sh\necho hello; printf 'no end'\nexec /bin/sh \"$@\"\n"))
            let agent = try await fleet.deploy(on: host)
            var collected: [UInt8] = []
            try await fleet.deployer.collectRemains(agent, on: host) { collected += $0 }
            let settings = [UInt8](try Data(contentsOf: URL(fileURLWithPath: agent.directory + "/launch.json")))
            #expect(collected == settings + [0, 255] + Array("end".utf8))
        }
    }

    @Test("Remains that cannot be collected are an error, never silence")
    func noRemains() async throws {
        try await withFakeFleet { fleet in
            let agent = try await fleet.deploy()
            try FileManager.default.removeItem(at: fleet.cache)
            await #expect(throws: DeploymentError.self) { try await fleet.deployer.collectRemains(agent, on: fleet.host) { _ in } }
        }
    }

    @Test("Where no socket can be reached the relay carries the link, noise or not")
    func relay() async throws {
        try await withFakeFleet { fleet in
            let host = fleet.host(shell: try fleet.program("noisy", "#!/bin/sh\necho hello; printf 'no end'\nexec /bin/sh \"$@\"\n"))
            let agent = try await fleet.deploy(on: host)
            try bindWithoutListening(agent.socketPath)
            let descriptor = try await fleet.deployer.openLink(agent, on: host)
            defer { close(descriptor) }
            #expect(echo("ping through the relay", descriptor) == "ping through the relay")
        }
    }

    @Test("A link to an agent that has ended says so, and how it ended")
    func noLinkToTheDead() async throws {
        try await withFakeFleet { fleet in
            let dying = FakeAgent.starting(#"echo "exit=3 reason=ended" >"$1/ended""#).replacingOccurrences(of: "exec cat", with: "exit 1")
            let deployer = try fleet.deployer(agent: dying)
            let agent = try await deployer.deploy(fleet.settings(), on: fleet.host, deadline: .seconds(60))
            try await eventually("it has ended") { try await deployer.check(agent, on: fleet.host).ending != nil }
            await #expect { _ = try await deployer.openLink(agent, on: fleet.host) } throws: { "\($0)".contains("it has ended: exit=3") }
        }
    }
}

/// A unix socket that is there and that nobody answers.
private func bindWithoutListening(_ path: String) throws {
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer {
        close(folder)
        close(descriptor)
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array("/proc/self/fd/\(folder)/link.sock".utf8)) }
    let result = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    try #require(result == 0)
}

/// Writes a text and reads as many bytes back.
private func echo(_ text: String, _ descriptor: Int32) -> String {
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else { return "" }
    var back: [UInt8] = []
    while back.count < bytes.count {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &buffer, buffer.count)
        if count <= 0 { break }
        back += buffer[..<count]
    }
    return String(decoding: back, as: UTF8.self)
}
