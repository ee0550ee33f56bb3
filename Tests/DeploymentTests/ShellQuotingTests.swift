import Deployment
import Foundation
import Testing
import Vocabulary

@Suite struct ShellQuotingTests {
    @Test("Whatever the text, a shell takes it back as one word, byte for byte", arguments: ["/bin/dash", "/bin/bash", "/bin/busybox sh"])
    func quotedTextComesBack(shell: String) async throws {
        var words = [
            "", "a b", "it's", "''", "$(reboot)", "`x`", "a\nb", "\\", "\\'", "!", "~", "*", "-n", "é", "e\u{301}", "'\u{301}", "日本",
            "\u{7f}\t",
        ]
        var random = SplitMix(state: 42)
        for _ in 0..<200 { words.append(random.text()) }
        let list = words.map(shellQuoted).joined(separator: " ")
        let command = "exec \(shell) -c \(shellQuoted("printf '%s\\000' \(list)"))"
        let result = try await LocalHost().execute(command, input: [], deadline: .seconds(60))
        let back = result.stdout.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
        #expect(back == words.map { Array($0.utf8) })
    }

    @Test("Plain words stay readable")
    func plainWordsStay() {
        #expect(shellQuoted("/home/u/x-1_2.3:4@5") == "/home/u/x-1_2.3:4@5")
        #expect(shellQuoted("") == "''")
    }
}

/// A random text from a seed: mostly what shells care about.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func text() -> String {
        let special = Array("'\"\\$`!*?[]{}()<>|&;#~ \t\n=%^")
        var text = ""
        for _ in 0..<(next() % 12) {
            if next() % 2 == 0 {
                text.append(special[Int(next() % UInt64(special.count))])
            } else if let scalar = Unicode.Scalar(UInt32(next() % 0x10ffff)), scalar.value > 0 {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
