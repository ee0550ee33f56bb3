import Deployment
import Foundation
import TestKit

/// A program called docker that writes down its calls, has at most one image, and runs an agent's process in no container at all.
struct FakeDocker {
    /// A host where it comes first.
    let host: LocalHost
    private let state: URL

    /// `daemon` false: it answers as docker does where no daemon runs.
    init(in fleet: FakeFleet, daemon: Bool = true) throws {
        let tools = fleet.home.deletingLastPathComponent().appendingPathComponent("docker")
        state = tools.appendingPathComponent("state")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        _ = try fleet.program("docker/docker", daemon ? Self.text(state.path) : Self.withoutDaemon)
        host = fleet.host(path: "\(tools.path):/usr/bin:/bin")
    }

    /// From now on it has the image, of which `inspect` says this.
    func have(_ inspected: String) throws { try Data(inspected.utf8).write(to: state.appendingPathComponent("image")) }

    /// Its words, a call a line.
    func calls() throws -> [String] {
        try String(contentsOf: state.appendingPathComponent("calls"), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static let withoutDaemon = """
        #!/bin/sh
        echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2
        exit 1

        """

    private static func text(_ state: String) -> String {
        """
        #!/bin/sh
        s='\(state)'
        echo "$*" >>"$s/calls"
        lives() { [ -s "$s/pid" ] && [ -s "/proc/$(cat "$s/pid")/cmdline" ]; }
        case $1 in
        --version) echo "Docker version 20.10";;
        info) echo "[]";;
        ps) if lives; then cat "$s/name"; fi;;
        image) cat "$s/image";;
        pull) echo pulled >"$s/image";;
        load) cat >/dev/null; echo loaded >"$s/image";;
        kill) kill -"$3" "$(cat "$s/pid")";;
        rm) kill -KILL "$(cat "$s/pid")";;
        run)
          for d; do :; done
          while [ "$1" != --name ]; do shift; done; echo "$2" >"$s/name"
          echo here >"$d/boot"
          MUSTER_OWNER="$d;" setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $! >"$s/pid"; echo 1 >"$d/pid";;
        esac

        """
    }
}
