import Foundation
import SSH
import TestKit
import Testing
import Vocabulary

@Suite("Through other hosts", .enabled(if: LoopbackSSHD.isInstalled, "needs openssh-server"), .serialized)
struct JumpTests {
    @Test("sixty-four hosts behind one bastion with sshd's default limits come up over one connection to it")
    func sixtyFour() async throws {
        try await withLoopbackSSHD(["MaxStartups 10:30:100", "MaxSessions 10"]) { bastion in
            try await withLoopbackSSHD { inner in
                try await withClient { client in
                    var target = inner.target(timeout: .seconds(60))
                    target.jumps = [bastion.target(timeout: .seconds(60))]
                    #expect(await connectAll(Array(repeating: target, count: 64), client).compactMap { $0 } == [])
                    #expect(bastion.logins == 1 && inner.logins == 64)
                }
            }
        }
    }

    @Test("hosts behind a bastion that never answer hold up nobody else behind it")
    func silentOnes() async throws {
        try await withLoopbackSSHD { bastion in
            try await withLoopbackSSHD { inner in
                let silent = try DeafHost()
                try await withClient { client in
                    var good = inner.target(timeout: .seconds(60))
                    good.jumps = [bastion.target(timeout: .seconds(60))]
                    var bad = good
                    bad.port = silent.port
                    bad.connectTimeout = .seconds(20)
                    let begun = ContinuousClock.now
                    async let found = connectAll([bad, bad], client)
                    try await eventually("the first of them to be tried") { bastion.logins == 1 }
                    #expect(await connectAll(Array(repeating: good, count: 8), client).compactMap { $0 } == [])
                    #expect(ContinuousClock.now - begun < .seconds(20), "they waited for the silent ones")
                    #expect(bastion.logins <= 3)
                    for error in await found {
                        guard case .silent(bad.place, .connecting, _) = error else {
                            Issue.record("it answered: \(String(describing: error))")
                            continue
                        }
                    }
                }
            }
        }
    }

    @Test("two hops lead to the third host, with the keys of each")
    func twoHops() async throws {
        try await withLoopbackSSHD { first in
            try await withLoopbackSSHD { second in
                try await withLoopbackSSHD { third in
                    try await withClient { client in
                        var target = third.target()
                        target.jumps = [first.target(), second.target()]
                        let connection = try await client.connect(to: target)
                        #expect(try await works(connection))
                        #expect(first.logins == 1 && second.logins == 1 && third.logins == 1)
                        await connection.close()
                        try await eventually("the hops to be left") { first.processes.count == 1 && second.processes.count == 1 }
                    }
                }
            }
        }
    }

    @Test("a bastion that is lost takes those behind it along, and is connected to anew")
    func lostBastion() async throws {
        try await withLoopbackSSHD { bastion in
            try await withLoopbackSSHD { inner in
                try await withClient { client in
                    var target = inner.target()
                    target.jumps = [bastion.target()]
                    let connection = try await client.connect(to: target)
                    for pid in bastion.processes.dropFirst() { kill(pid, SIGKILL) }
                    guard case .lost(let place, _) = await connection.whenClosed() else {
                        Issue.record("it was not lost")
                        return
                    }
                    #expect(place == target.place)
                    #expect(try await works(try await client.connect(to: target)))
                    #expect(bastion.logins == 2)
                }
            }
        }
    }

    @Test("a proxy command of this machine leads to a host too, and ends with the connection")
    func proxyCommand() async throws {
        try await withLoopbackSSHD { server in
            try await withClient { client in
                var target = server.target()
                target.address = "not-a-name.invalid"
                target.hostKeys = .off
                let pid = server.file("proxy.pid")
                target.proxyCommand =
                    "sh -c 'echo $$ > \(pid); exec bash -c \"exec 3<>/dev/tcp/127.0.0.1/\(server.port); cat <&3 & cat >&3; kill \\$!\"'"
                let connection = try await client.connect(to: target)
                #expect(try await works(connection))
                let process = try #require(Int32(String(contentsOfFile: pid, encoding: .utf8).filter(\.isNumber)))
                await connection.close()
                try await eventually("the proxy to end") { isGone(process) }
            }
        }
    }

    @Test("what is wrong with a hop, and what it says of the host behind it, is told")
    func errors() async throws {
        try await withLoopbackSSHD { bastion in
            try await withClient { client in
                let stranger = try await bastion.makeKey("stranger", ["-t", "ed25519"], isWelcome: false)
                let port = try freePort()
                var target = SSHTarget(host: HostName("127.0.0.1"), port: port, user: "root", useAgent: false, hostKeys: .off)
                target.jumps = [bastion.target()]
                guard case .unreachable(target.place, let why) = await connectAll([target], client)[0] else {
                    Issue.record("no such error")
                    return
                }
                #expect(why.contains(bastion.target().place))
                target.jumps = [bastion.target(keys: [stranger])]
                guard case .loginRefused(let refusal) = await connectAll([target], client)[0] else {
                    Issue.record("the bastion let a stranger in")
                    return
                }
                #expect(refusal.place == bastion.target().place)
            }
        }
    }
}

extension LoopbackSSHD {
    /// Logins that it has let in.
    var logins: Int { log.split(whereSeparator: \.isNewline).count { $0.contains("Accepted publickey") } }
}

/// A zombie counts as gone: this machine's init may be slow to reap it.
private func isGone(_ pid: pid_t) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
    return stat.contains(") Z ")
}
