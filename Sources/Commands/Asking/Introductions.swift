import Deployment
import Plans
import SSH
import Vocabulary

/// What a person is asked before a command begins: about all host keys that are not known yet, in one table, and for the passphrase
/// of each encrypted key that a host takes. Nobody is asked where there is no terminal.
struct Introductions {
    /// Bastions first, then what is behind them.
    private static let mostRounds = 8

    let client: SSHClient
    let directions: Directions

    func make(to reaches: [Reach]) async {
        guard Terminal.isAttended else { return }
        var pending = await targets(of: reaches).filter { $0.asksAboutHostKey || $0.hasLockedKey }
        for _ in 0..<Self.mostRounds where !pending.isEmpty {
            let disputes = await disputes(with: pending)
            guard !disputes.isEmpty, Terminal.confirm(Self.table(of: disputes)) else { return }
            for dispute in disputes {
                do throws(SSHError) { try dispute.remember() } catch { return Console.error("\(error)") }
            }
            pending = pending.filter { $0.asksAboutHostKey || $0.hasLockedKey }
        }
    }

    /// Keys that are not known, each once, in natural order.
    static func table(of disputes: [HostKeyDispute]) -> String {
        let rows = disputes.sorted { naturallyPrecedes($0.place, $1.place) }.map { [$0.place, $0.type, $0.shown] }
        let files = Set(disputes.map(\.file)).sorted().joined(separator: ", ")
        let subject = rows.count == 1 ? "The key of this host is" : "The keys of these \(rows.count) hosts are"
        let end = rows.count == 1 ? "Trust it and write it down?" : "Trust all of them and write them down?"
        return """
            \(subject) not in \(files):
            \(TextTable(rows).text(indent: 2))
            On a host, `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints its own.
            \(end)
            """
    }

    private func targets(of reaches: [Reach]) async -> [SSHTarget] {
        await withTaskGroup(of: SSHTarget?.self) { group in
            for case .ssh(let destination) in reaches {
                // What is wrong with a host's configuration is said when it is reached.
                group.addTask { try? await directions.target(of: destination) }
            }
            return await group.reduce(into: []) { if let target = $1 { $0.append(target) } }
        }
    }

    /// Reaches all of them; what else is wrong is said when they are reached again.
    private func disputes(with targets: [SSHTarget]) async -> [HostKeyDispute] {
        let found = await withTaskGroup(of: HostKeyDispute?.self) { group in
            for target in targets {
                group.addTask {
                    do throws(SSHError) {
                        await (try client.connect(to: target)).close()
                        return nil
                    } catch .hostKeyUnknown(let dispute) {
                        return dispute
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: Set<HostKeyDispute>()) { if let dispute = $1 { $0.insert(dispute) } }
        }
        return Array(found)
    }

    /// For clients of commands that a person runs; nil where nobody can be asked.
    static var passphrases: PassphraseQuestion? {
        guard Terminal.isAttended else { return nil }
        return { path, isAgain in Terminal.secret((isAgain ? "That was wrong. " : "") + "Passphrase of \(path): ") }
    }
}
