import Foundation

/// `Tests/Fixtures/playbooks/checklist.txt`: what becomes of every key of the format.
struct Checklist {
    /// One line of it.
    enum Entry: Sendable {
        /// A test that shows keys, or something else that the documents promise, at work.
        case shown(keys: [String], test: String, file: String)
        /// A value that run refuses by this name.
        case refused(key: String, value: String, name: String)
        /// A value of which this is said.
        case warned(key: String, value: String, part: String)
        /// Keys that do nothing without another one.
        case with(keys: [String], key: String)

        var keys: [String] {
            switch self {
            case .shown(let keys, _, _), .with(let keys, _): keys
            case .refused(let key, _, _), .warned(let key, _, _): [key]
            }
        }
    }

    let entries: [Entry]
    /// Lines that are none of these.
    let strange: [String]

    init(_ text: String) {
        let lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        entries = lines.compactMap(Self.read)
        strange = lines.filter { Self.read($0) == nil }
    }

    private static func read(_ line: String) -> Entry? {
        if let match = line.wholeMatch(of: /(.+?): "(.+)" \(([A-Za-z\/+]+\.swift)\)/) {
            let promise = match.output.1
            let keys = promise.hasPrefix("- ") ? [] : promise.split(separator: " ").map(String.init)
            return .shown(keys: keys, test: String(match.output.2), file: String(match.output.3))
        }
        if let match = line.wholeMatch(of: /([^ ]+) = (.+): refused, (.+)/) {
            return .refused(key: String(match.output.1), value: String(match.output.2), name: String(match.output.3))
        }
        if let match = line.wholeMatch(of: /([^ ]+) = (.+): warned of, (.+)/) {
            return .warned(key: String(match.output.1), value: String(match.output.2), part: String(match.output.3))
        }
        if let match = line.wholeMatch(of: /([^:]+): works with ([^ ]+)/) {
            return .with(keys: match.output.1.split(separator: " ").map(String.init), key: String(match.output.2))
        }
        return nil
    }
}
