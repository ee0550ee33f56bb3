import Foundation
import Glibc
import TestKit

/// A port of this machine behind which something stands in for `muster-agent feed`.
enum ScriptedNeighbour {
    static func with(_ kind: HandingTests.Kind, agent: String, _ body: (_ port: Int) async throws -> Void) async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let port = try boundPort(listener)
        guard kind != .refuses else {
            close(listener)
            return try await body(port)
        }
        guard listen(listener, 8) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        Thread.detachNewThread { serve(listener, kind, agent) }
        defer { shutdown(listener, Int32(SHUT_RDWR)) }
        try await body(port)
    }

    private static func serve(_ listener: Int32, _ kind: HandingTests.Kind, _ agent: String) {
        while true {
            let caller = accept(listener, nil, nil)
            guard caller >= 0 else { break }
            answer(caller, kind, Array(agent.utf8))
            close(caller)
        }
        close(listener)
    }

    private static func answer(_ caller: Int32, _ kind: HandingTests.Kind, _ agent: [UInt8]) {
        var line = [UInt8](repeating: 0, count: 64)
        let count = read(caller, &line, line.count)
        guard count > 0, String(decoding: line[..<count], as: UTF8.self) == "let-me-in\n" else { return }
        switch kind {
        case .good: send(agent, to: caller)
        case .damaged: send(Array(agent.reversed()), to: caller)
        case .endsEarly: send(Array(agent.dropLast()), to: caller)
        // Until the other end has had enough.
        case .silent, .saysMore:
            if kind == .saysMore { send(agent + agent, to: caller) }
            while read(caller, &line, line.count) > 0 {}
        case .refuses: break
        }
    }

    private static func send(_ bytes: [UInt8], to caller: Int32) {
        _ = Glibc.send(caller, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
