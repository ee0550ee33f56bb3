import Foundation
import TestKit
import Testing

extension WholeRuns {
    @Suite("ssh-setup", .enabled(if: Fleet.isPossible, WholeRuns.needsFleet))
    struct SSHSetup {
        private static let password = "open sesame, Ünïcode 7"
        /// A user with a password on all hosts; another's key on the first, in a file that does not end its line; on the third the
        /// file is a link; the fourth asks by questions of its own (PAM).
        private static let preparation = """
            useradd -m -s /bin/sh pat && echo "pat:\(password)" | chpasswd
            sed -i 's/^AuthorizedKeysFile.*/AuthorizedKeysFile .ssh\\/authorized_keys/; s/^PasswordAuthentication no/PasswordAuthentication yes/' \
                /etc/ssh/sshd_config
            case $MUSTER_HOST in
            1) mkdir -m 700 ~pat/.ssh; printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAnotherKeyOfSomebodyElse11111111111111111 a b' > ~pat/.ssh/authorized_keys
               chmod 600 ~pat/.ssh/authorized_keys ;;
            3) mkdir -m 700 ~pat/.ssh ~pat/keys; printf '# mine\\n' > ~pat/keys/list; chmod 600 ~pat/keys/list; ln -s ../keys/list ~pat/.ssh/authorized_keys ;;
            4) sed -i 's/^PasswordAuthentication yes/PasswordAuthentication no/; s/^KbdInteractiveAuthentication no/KbdInteractiveAuthentication yes/; s/^UsePAM no/UsePAM yes/' \
                /etc/ssh/sshd_config ;;
            esac
            chown -R pat: ~pat
            kill -HUP "$(pgrep -o -x sshd)"
            """
        /// All that `ssh-setup` may change, as text.
        private static let state = "cd ~pat && find . -printf '%P %y %m %u %l\\n' | sort && find . -type f -path '*keys*' -exec cat {} +"

        @Test("On 4 hosts with passwords, twice, then --test-only, then --revoke: as at the beginning, and the password is nowhere")
        func thereAndBack() async throws { try await onFleet(4, goThereAndBack) }

        private func goThereAndBack(_ fleet: Fleet, _ folder: URL) async throws {
            for host in 1...4 {
                let (status, output) = try await fleet.execute(host, "MUSTER_HOST=\(host)\n" + Self.preparation)
                try #require(status == 0, "h\(host): \(output)")
            }
            let before = try await states(fleet)
            let first = try await setUp(fleet, folder, ["--password-stdin"])
            #expect(first.status == 0, "\(first)")
            #expect(Self.words(first.output) == Array(repeating: "added", count: 4), "\(first)")
            let key = folder.appendingPathComponent(".ssh/id_ed25519").path
            let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let between = try await states(fleet)
            #expect(between.allSatisfy { $0.contains("ssh-ed25519 ") } && between[2].contains("# mine"))

            let second = try await setUp(fleet, folder, ["--password-stdin"])
            #expect(second.status == 0 && Self.words(second.output) == Array(repeating: "was in", count: 4), "\(second)")
            let test = try await setUp(fleet, folder, ["--test-only"])
            #expect(test.status == 0 && Self.words(test.output) == Array(repeating: "was in", count: 4), "\(test)")
            #expect(try await states(fleet) == between)

            let third = try await setUp(fleet, folder, ["--revoke"])
            #expect(third.status == 0 && Self.words(third.output) == Array(repeating: "removed", count: 4), "\(third)")
            // The first host's file ends its last line now.
            let after = try await states(fleet)
            #expect(after[0] == before[0] + "\n" && after[1...] == before[1...], "\(before)\n\(after)")
            let last = try await setUp(fleet, folder, ["--test-only"])
            #expect(last.status == 4 && last.errors.contains("fix: muster ssh-setup --hosts pat@"), "\(last)")
            for said in [first, second, test, third, last] { #expect(!"\(said)".contains("open sesame")) }
        }

        private func states(_ fleet: Fleet) async throws -> [String] {
            var states: [String] = []
            for host in 1...4 { states.append(try await fleet.execute(host, Self.state).output) }
            return states
        }

        /// The password comes on standard input, from a file.
        private func setUp(_ fleet: Fleet, _ folder: URL, _ options: [String]) async throws -> Finished {
            let word = folder.appendingPathComponent("word")
            try "\(Self.password)\n".write(to: word, atomically: true, encoding: .utf8)
            let hosts = (1...4).map { "pat@\(fleet.address($0))" }.joined(separator: ",")
            let words = ["ssh-setup", "--hosts", hosts, "--known-hosts", fleet.knownHostsPath] + options
            let line = "exec '\(try MusterRun.path())' \(words.map { "'\($0)'" }.joined(separator: " ")) < '\(word.path)'"
            return try await Execution.run("/bin/sh", ["-c", line], environment: ["HOME": folder.path, "SSH_AUTH_SOCK": nil])
        }

        /// The second column, which may hold a blank.
        private static func words(_ table: String) -> [String] {
            table.split(separator: "\n").dropFirst().map { line in
                line.split(separator: /\s{2,}/).dropFirst().first.map(String.init) ?? ""
            }
        }
    }
}
