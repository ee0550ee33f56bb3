import SSH
import Testing
import Vocabulary

@testable import Commands

@Suite struct FoldedErrorsTests {
    @Test("What many hosts say alike is said once, the fix included")
    func folds() {
        var errors = FoldedErrors()
        for number in [1, 2, 3, 7] {
            let host = HostName("node0\(number)")
            errors.add("\(SSHError.loginRefused(refusal(host.text)))", host: host)
        }
        errors.add("\(SSHError.refused(place: "gate:2222"))", host: HostName("gate"))
        #expect(
            errors.lines == [
                """
                cannot log in to node[01-03,07] as bench: there is no key to try; it offers publickey
                  fix: muster ssh-setup --hosts bench@node[01-03,07]
                """,
                """
                cannot connect to gate:2222: it refuses connections on that port
                  fix: start sshd there, or give the right port with `ssh.port`
                """,
            ])
    }

    @Test("Hosts that differ in their port alone fold too, and a name within another word is no name")
    func ports() {
        var errors = FoldedErrors()
        for port in 2201...2203 { errors.add("cannot connect to h:\(port): the h is hot", host: HostName("h")) }
        #expect(errors.lines == ["cannot connect to h:[2201-2203]: the h is hot"])
    }

    @Test("Keys that differ do not keep errors apart; what one host says alone stays whole")
    func fingerprints() {
        var errors = FoldedErrors()
        errors.add("cannot trust h1: its key is SHA256:abc", host: HostName("h1"))
        #expect(errors.lines == ["cannot trust h1: its key is SHA256:abc"])
        errors.add("cannot trust h2: its key is SHA256:def", host: HostName("h2"))
        #expect(errors.lines == ["cannot trust h[1-2]: its key is SHA256:…"])
    }

    @Test("The keys that a person is asked about stand in one table, in natural order")
    func table() {
        let disputes = [10, 9].map { number in
            HostKeyDispute(
                host: "h\(number)", port: 22, name: "h\(number)", type: "ssh-ed25519", shown: "SHA256:\(number)", known: [],
                file: "/home/me/.ssh/known_hosts", key: [])
        }
        #expect(
            Introductions.table(of: disputes) == """
                The keys of these 2 hosts are not in /home/me/.ssh/known_hosts:
                  h9   ssh-ed25519  SHA256:9
                  h10  ssh-ed25519  SHA256:10
                On a host, `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints its own.
                Trust all of them and write them down?
                """)
    }

    private func refusal(_ host: String) -> LoginRefusal {
        LoginRefusal(place: host, host: host, user: "bench", offers: ["publickey"], tried: [])
    }
}
