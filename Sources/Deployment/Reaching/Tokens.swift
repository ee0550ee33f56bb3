import Glibc
import SSH
import Vocabulary

/// What stands for `%h` and the like in values of an ssh configuration (ssh_config(5), TOKENS).
struct Tokens {
    private let values: [Character: String]

    init(_ target: SSHTarget) {
        values = [
            "%": "%", "h": target.address ?? target.host.text, "n": target.host.text, "p": "\(target.port)", "r": target.user,
            "d": getenv("HOME").map { String(cString: $0) } ?? "", "i": "\(getuid())",
            "u": getenv("USER").map { String(cString: $0) } ?? "",
        ]
    }

    /// Tokens that are not known stay as they are.
    func expand(_ text: String) -> String {
        var expanded = ""
        var rest = text[...]
        while let percent = rest.firstIndex(of: "%") {
            expanded += rest[..<percent]
            rest = rest[rest.index(after: percent)...]
            guard let token = rest.popFirst() else { return expanded + "%" }
            expanded += values[token] ?? "%\(token)"
        }
        return expanded + rest
    }

    /// The value of `$NAME` or `${NAME}`.
    func variable(_ text: String) -> String {
        let name = text.dropFirst().filter { $0 != "{" && $0 != "}" }
        return getenv(String(name)).map { String(cString: $0) } ?? ""
    }
}
