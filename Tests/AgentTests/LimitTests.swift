import Plans
import Testing
import Vocabulary

@testable import Agent

@Suite struct LimitTests {
    private let limits = ProcessLimits(memory: .kibibytes(1024), cpus: 1.5, openFiles: 100)

    @Test(
        "A scope of systemd's holds all processes together: the account's own where it outlives the login, root's otherwise",
        arguments: [true, false])
    func scope(isRoot: Bool) {
        let scope = LimitScope.find(for: limits, isRoot: isRoot, runner: "/usr/bin/systemd-run", lingers: true)
        let properties = ["-p", "MemoryMax=1048576", "-p", "MemorySwapMax=0", "-p", "CPUQuota=150%"]
        #expect(scope.words == ["/usr/bin/systemd-run", "--scope", "--quiet", "--collect"] + (isRoot ? [] : ["--user"]) + properties)
        #expect(scope.warnings == [])
        let (path, words) = scope.command("/opt/agent", ["muster-agent", "supervise", "--dir", "/a b"], unit: "muster-r-a")
        #expect(path == "/usr/bin/systemd-run")
        #expect(words.suffix(7) == ["--unit", "muster-r-a", "--", "/opt/agent", "supervise", "--dir", "/a b"])
    }

    @Test("Without a scope it is said what the kernel's own limits hold less", arguments: [nil, "/usr/bin/systemd-run"])
    func noScope(runner: String?) {
        let scope = LimitScope.find(for: limits, isRoot: false, runner: runner, lingers: false)
        #expect(scope.words == [])
        #expect(scope.warnings.count == 2)
        #expect(scope.warnings[1].hasSuffix("it is kept to 2 processors, rounded up from 1.5"))
        #expect(scope.command("/opt/agent", ["muster-agent", "x"], unit: "u").words == ["muster-agent", "x"])
    }

    @Test("Open files alone need no scope")
    func openFiles() {
        let scope = LimitScope.find(for: ProcessLimits(openFiles: 100), isRoot: true, runner: "/usr/bin/systemd-run", lingers: true)
        #expect(scope == LimitScope())
    }
}
