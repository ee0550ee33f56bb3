import Plans
import Vocabulary

extension Duration {
    /// `60s`, `500ms`, `1.5s`.
    var text: String {
        let seconds = inSeconds
        if seconds == seconds.rounded() { return "\(Int64(seconds))s" }
        return seconds < 1 ? "\(fixed(seconds * 1000, decimals: 0))ms" : "\(fixed(seconds, decimals: 3))s"
    }
}

extension SizeDistribution {
    var text: String {
        switch self {
        case .fixed(let size): "\(size)"
        case .uniform(let least, let most): "\(least) to \(most) (uniform)"
        case .lognormal(let mean, let deviation, let least, let most):
            "\(ByteCount(Int64(mean))) ± \(ByteCount(Int64(deviation))) (lognormal, \(least) to \(most))"
        }
    }
}

extension Reach {
    var text: String {
        switch self {
        case .local: "a process of this machine"
        case .ssh(let to):
            "ssh \(to.user.map { "\($0)@" } ?? "")\(to.host)\(to.port.map { ":\($0)" } ?? "")"
                + (to.proxyJump.map { " through \($0)" } ?? "")
        case .listen(let host, let port): "listening at \(host):\(port)"
        }
    }
}

extension VolumeMount {
    var text: String { "\(source):\(destination)" + (mode.map { ":\($0)" } ?? "") }
}

extension PublishedPort {
    var text: String { (address.map { "\($0):" } ?? "") + "\(hostPort):\(containerPort)" + (isUDP ? "/udp" : "") }
}

/// `1,234,567`
func grouped(_ number: Int) -> String {
    let digits = "\(number.magnitude)"
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return number < 0 ? "-\(text)" : text
}

extension ProcessLimits {
    var text: String {
        [memory.map { "\($0) of memory" }, cpus.map { "\($0) processors" }, openFiles.map { "\($0) open files" }].compactMap { $0 }
            .joined(separator: ", ")
    }
}
