import TestKit

/// The playbook of a test: a small load, and quick about everything that a person would leave at a minute.
struct TestPlaybook {
    /// Of the load stage in `usualStages`.
    static let load = 3

    static let usualStages = [
        "{name: preflight, order: 1, type: validation}", "{name: prepare, order: 2, type: prepare}",
        "{name: execute, order: 3, type: execute}", "{name: cleanup, order: 4, type: cleanup, optional: true}",
    ]

    var target = "file:///tmp/muster-it/"
    var duration = "3s"
    /// Entries of `agents`, in flow style.
    var agents: [String]
    /// Lines at the top beside those that all tests share.
    var general: [String] = []
    /// Lines under `distributed` beside those that all tests share.
    var distributed: [String] = []
    /// Lines under `barrier_sync` likewise.
    var barriers: [String] = []
    var stages = Self.usualStages
    var lease = "10s"
    /// Of heartbeats, two a second.
    var missedThreshold = 4
    /// Many tests share two cores: the load of most of them is slow by a test hook. 1: as fast as it can.
    var slowdown = 40
    var objects = 50

    var text: String {
        """
        target: "\(target)"
        duration: \(duration)
        concurrency: 2
        \(lines(general, indent: 0))
        distributed:
          shared_filesystem: false
          start_delay: 300ms
          lease: \(lease)
          distributed_env: {MUSTER_TEST_SLOWDOWN: "\(slowdown)"}
        \(lines(distributed, indent: 2))
          agents:
        \(lines(agents.map { "- \($0)" }, indent: 4))
          barrier_sync:
            enabled: true
            default_heartbeat_interval: 500ms
            default_missed_threshold: \(missedThreshold)
            default_query_timeout: 1s
            default_query_retries: 1
            agent_barrier_timeout: 60s
        \(lines(barriers, indent: 4))
          stages:
        \(lines(stages.map { "- \($0)" }, indent: 4))
        prepare:
          cleanup: true
          ensure_objects:
            - {base_uri: "files/", count: \(objects), size_spec: {uniform: {min: 1KiB, max: 16KiB}}}
        workload:
          - {op: get, path: "files/prepared-*.dat", weight: 60}
          - {op: put, path: "new/", object_size: 4KiB, weight: 25}
          - {op: stat, path: "files/prepared-*.dat", weight: 10}
          - {op: list, path: "files/", weight: 5}
        """
    }

    private func lines(_ lines: [String], indent: Int) -> String {
        lines.map { String(repeating: " ", count: indent) + $0 }.joined(separator: "\n")
    }
}

extension TestPlaybook {
    /// Agents `h1`, `h2`, … on all hosts of a fleet, over SSH; `entry` says more of host i.
    init(on fleet: Fleet, _ entry: (Int) -> String = { _ in "" }) {
        agents = (1...fleet.count).map { "{id: h\($0), address: \"\(fleet.address($0))\"\(entry($0))}" }
        distributed = [Self.ssh(fleet)]
    }

    static func ssh(_ fleet: Fleet, knownHosts: String? = nil, timeout: String = "10s", user: String? = nil) -> String {
        "ssh: {enabled: true, user: \(user ?? fleet.user), key_path: \(fleet.keyPath), known_hosts: \(knownHosts ?? fleet.knownHostsPath), timeout: \(timeout)}"
    }

    /// Agents that are processes of this machine, in a folder of the test's.
    init(local count: Int, in folder: String) {
        target = "file://\(folder)/data/"
        agents = (1...count).map { "{id: l\($0), address: local}" }
    }
}
