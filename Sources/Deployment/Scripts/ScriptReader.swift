/// Picks what a script says out of what a login shell prints around it.
struct ScriptReader: Sendable {
    /// One line of the script's: a verb and what follows it.
    struct Saying: Sendable, Equatable {
        var verb: String
        var rest: String

        init(_ line: String) {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            verb = String(parts.first ?? "")
            rest = parts.count > 1 ? String(parts[1]) : ""
        }
    }

    /// Longer lines are cut: nothing that a script says is near that.
    static let longestLine = 65536
    /// So much of what is not ours is kept for error messages.
    static let keptNoise = 400

    private let marker: [UInt8]
    private var line: [UInt8] = []
    /// What else was printed, its first bytes.
    private(set) var noise: [UInt8] = []

    init(_ script: HostScript) { marker = Array(script.marker.utf8) }

    /// What the script said in `bytes`, up to the last whole line.
    mutating func feed(_ bytes: [UInt8]) -> [Saying] {
        var sayings: [Saying] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.longestLine { line.append(byte) }
                continue
            }
            if let saying = take() { sayings.append(saying) }
        }
        return sayings
    }

    /// Keeps for error messages what was printed elsewhere: on standard error.
    mutating func feedNoise(_ bytes: [UInt8]) { noise += bytes.prefix(Self.keptNoise - min(noise.count, Self.keptNoise)) }

    /// What was printed and not said, on one line.
    var noiseText: String {
        String(decoding: noise + line.prefix(Self.keptNoise), as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private mutating func take() -> Saying? {
        defer { line.removeAll(keepingCapacity: true) }
        // Not only at a line's beginning: a login shell may print without ending its line.
        guard let start = line.firstRange(of: marker)?.upperBound else {
            feedNoise(line + [UInt8(ascii: "\n")])
            return nil
        }
        return Saying(String(decoding: line[start...], as: UTF8.self))
    }
}

extension DeploymentError.Refusal {
    /// From `REASON DETAIL` after `fail`.
    init(saying rest: String) {
        let parts = rest.split(separator: " ", maxSplits: 1)
        self.init(parts.first.flatMap { Reason(rawValue: String($0)) } ?? .start, detail: parts.count > 1 ? String(parts[1]) : "")
    }
}
